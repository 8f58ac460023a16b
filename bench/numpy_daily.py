"""The same NumPy masks as most models are written: each touchpoint is drawn for everybody, one after the other.

The rules, hazards and numbers are those of `bench/numpy_masks.py`; one draw for all touchpoints and a draw for each are two ways to the
same law.
"""

import numpy as np

from bench.numpy_masks import MaskModel


class DailyMaskModel(MaskModel):
    """The same people, for whom every touchpoint draws every day, as for the objects of `bench/mesa_daily.py`."""

    def meet_touchpoints(self) -> np.ndarray:
        """Today's contacts, Poisson by touchpoint, lift goodwill; whom one of them would make aware (n,)."""
        noticed, group = np.zeros(self.stage.size, bool), self.in_need.astype(int)
        for t, attention in enumerate(self.attention):
            none = np.exp(-self.rates[group, t] * self.affinity[:, t])
            left = self.random.random(self.stage.size)
            met = np.flatnonzero(left > none)
            while met.size:
                self.warm(met, self.lift[t], self.slow_lift[t])
                noticed[met] |= self.random.random(met.size) < attention
                left[met] *= self.random.random(met.size)
                met = met[left[met] > none[met]]
        return noticed
