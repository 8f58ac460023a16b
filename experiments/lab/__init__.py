"""The lab: a web page on this machine for courses and strategists; `funnel lab` serves it (docs/lab.md)."""
