"""What the engine promises, the tests that show it, and the figures they came to: a part of the page of evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

HOLDS, QUICK, BROKEN, NOT_RUN = "holds", "quick half holds", "broken", "not run"


@dataclass(frozen=True)
class Promise:
    """A promise and the tests that show it, as FILE::NAME without parameters."""

    about: str
    statement: str
    tests: tuple[str, ...]


def of(file: str, *names: str) -> tuple[str, ...]:
    """Tests of one file, their names without `test_`."""
    return tuple(f"tests/{file}.py::test_{name}" for name in names)


PROMISES = (
    # ---- whatever the numbers
    Promise("engine", "Nobody is lost, only legal moves happen, money closes: any scenario", of(
        "test_promises", "any_scenario_keeps_every_promise", "ten_thousand_scenarios_keep_every_promise",
        "a_shipped_strategy_keeps_every_promise") + of("test_properties", "however_much_is_changed_every_promise_is_kept")),
    Promise("engine", "From a lead to a car: leads, places in line, desks, demo cars, stock and delivery days balance every day", of(
        "test_from_lead_to_car", "stock_is_what_it_was_and_what_came_less_what_left",
        "refilled_cars_come_on_the_day_they_were_ordered_for", "every_car_comes_on_the_day_that_was_promised",
        "no_outlet_meets_more_people_than_its_room_nor_drives_more_than_its_cars", "leads_that_nobody_answers_die_in_silence",
        "buyers_expect_what_was_paid_last_month", "every_owner_owns")),
    Promise("engine", "One agent's fate is its own, where nobody meets anybody", of(
        "test_promises", "a_consumer_more_changes_nobody", "a_consumer_less_changes_nobody") + of(
        "test_properties", "a_consumer_less_changes_nobody_in_random_scenarios")),
    Promise("engine", "The order of storage does not matter", of(
        "test_promises", "the_order_of_storage_does_not_matter", "the_order_of_storage_does_not_matter_to_the_last_car_in_stock",
        "the_order_of_storage_does_not_matter_to_friends") + of(
        "test_properties", "the_order_of_storage_does_not_matter_in_any_scenario",
        "in_a_thousand_scenarios_names_and_order_change_nobody")),
    Promise("engine", "More of what helps leaves nobody at an earlier stage, nor aware later", of(
        "test_monotone", "nobody_is_ever_at_an_earlier_stage_for_more_of_it",
        "more_exposure_never_means_fewer_contacts_or_later_awareness",
        "of_a_few_people_in_random_scenarios_nobody_is_worse_off_for_more_of_it",
        "of_a_million_people_in_a_hundred_scenarios_nobody_is_worse_off_for_more_of_it")),
    Promise("engine", "With every rule on, more of what helps sells more", of("test_promises", "with_every_rule_on_more_of_it_sells_more")),
    Promise("engine", "What is off or weighs nothing changes no bit; A against A is nothing", of(
        "test_promises", "a_strategy_against_itself_under_another_name_differs_in_no_bit", "what_is_off_changes_no_bit",
        "a_weight_of_zero_switches_its_driver_off") + of(
        "test_zero_weights", "what_is_switched_off_moves_no_bit_whatever_it_would_act_with")),
    Promise("engine", "The same seed gives the same bits: threads, processes forked or spawned, shares of work, resumed or straight", of(
        "test_promises", "any_number_of_threads_gives_the_same_bits") + of(
        "test_properties", "threads_and_another_name_change_no_bit_of_any_scenario",
        "a_start_that_is_shared_and_one_of_its_own_are_the_same_in_any_scenario") + of(
        "test_reproducible", "twenty_lives_are_the_same_bits", "a_batch_that_was_stopped_and_resumed_is_one_lived_straight")),
    Promise("engine", "Results change only on purpose: golden counts; on another kind of processor few lives differ", of(
        "test_baseline", "a_small_run_gives_what_the_baseline_says") + of(
        "test_reproducible", "of_lives_on_another_kind_of_processor_few_differ")),
    Promise("engine", "Neighbouring seeds are independent", of(
        "test_promises", "neighbouring_seeds_and_replications_are_uncorrelated", "outcomes_of_neighbouring_seeds_are_uncorrelated",
        "outcomes_of_a_thousand_neighbouring_seeds_are_uncorrelated")),
    Promise("engine", "A market at weight 1, 30 and the default one sells and queues alike; with full desks the gap is told", of(
        "test_scale", "a_market_sells_and_queues_alike_at_weight_one_and_at_others", "at_full_desks_the_gap_between_weights_is_told")),
    Promise("engine", "Fast is plain: compiled rules and plain Python live the same lives", of(
        "test_plain", "the_compiled_engine_lives_what_plain_python_lives", "a_thousand_scenarios_are_lived_alike_by_plain_python")),
    Promise("engine", "Consumers as Mesa agents, each stepping in plain Python, live the same event log", of(
        "test_consumers_as_agents", "agents_live_what_the_compiled_engine_lives", "agents_live_a_shipped_strategy",
        "agents_live_a_thousand_scenarios_as_the_compiled_engine_does")),
    Promise("engine", "The tests find faults put into the engine, 95 of 100, and reject nothing right (docs/mutants.md)", of(
        "test_mutants", "nearly_all_faults_are_found_and_nothing_right_is_rejected")),
    # ---- statistics
    Promise("statistics", "Intervals of means and of paired differences hold the truth as often as they say: 95 % of 2,000 experiments", of(
        "test_known_truth", "the_chain_expects_what_the_engine_sells",
        "intervals_of_a_fixed_number_of_replications_cover_as_they_say")),
    Promise("statistics", "An experiment that stops when its intervals are narrow covers no less", of(
        "test_known_truth", "stopping_by_precision_does_not_spoil_the_intervals",
        "the_looks_of_a_rule_are_shared_out_so_that_normal_intervals_cover",
        "an_experiment_of_funnel_compare_ends_as_the_rule_says")),
    Promise("statistics", "A difference that is there is found as often as theory says", of(
        "test_known_truth", "a_difference_that_is_there_is_found_as_often_as_theory_says")),
    # ---- the page
    Promise("page", "Strangers, other files, broken, huge and slow requests are refused, and the server lives on", of(
        "test_lab", "a_hundred_hostile_requests_are_refused_and_the_slow_ones_are_hung_up_on",
        "every_answer_carries_the_rules_for_the_browser", "a_wrong_question_is_refused_in_sentences")),
    Promise("page", "The latest question wins, and what nobody waits for is called off", of(
        "test_lab", "the_latest_question_of_a_page_wins", "a_job_at_a_desk_is_called_off_and_those_in_line_are_not_begun",
        "a_life_that_nobody_waits_for_is_ended_on_the_day")),
    # ---- theory
    Promise("theory", "An absorbing Markov funnel with competing exits", of(
        "test_theory", "the_occupancy_of_the_funnel_is_that_of_its_chain", "competing_exits_share_as_their_hazards_do",
        "the_chance_to_buy_is_the_chains", "the_time_to_absorption_has_the_chains_mean_and_variance")),
    Promise("theory", "A looping Markov funnel, day by day and at rest", of(
        "theory/test_markov_chains", "a_funnel_that_loops_is_occupied_as_its_chain",
        "a_loop_brings_as_many_first_and_later_orders_as_its_chain", "in_the_long_run_a_loop_stands_as_its_stationary_chain")),
    Promise("theory", "Open arrivals: Poisson, and as many inside as arrivals times stay", of(
        "theory/test_markov_chains", "people_arrive_as_a_poisson_process",
        "the_count_in_an_open_funnel_is_arrivals_times_stay_and_poisson")),
    Promise("theory", "Frailty: survivors and whole funnels are mixtures", of(
        "test_theory", "frailty_makes_the_survivors_the_mixtures",
        "a_cohorts_hazard_falls_where_people_differ_and_stays_where_they_do_not",
        "rival_pressure_multiplies_and_frailty_mixes_the_rival_clock") + of(
        "theory/test_markov_chains", "where_a_pace_stays_with_the_person_the_funnel_is_the_mixture_of_its_chains")),
    Promise("theory", "Competing hazards end a need as they should", of(
        "test_theory", "the_clocks_that_end_a_need_compete_as_their_hazards_do")),
    Promise("theory", "The Bass curve, its peak, and O(dt)", of(
        "test_theory", "adoption_follows_the_daily_bass_chain", "adoption_is_the_bass_curve_within_the_band",
        "the_s_curve_peaks_when_bass_says") + of(
        "theory/test_bass_day_by_day", "halving_the_day_halves_the_distance_to_the_differential_equation")),
    Promise("theory", "Bass in a market of 20: the exact daily chain", of(
        "theory/test_bass_day_by_day", "adopters_in_a_small_market_are_distributed_as_the_exact_chain",
        "small_markets_do_not_follow_the_curve_of_large_ones")),
    Promise("theory", "Networks of three and four by full enumeration", of(
        "theory/test_small_networks", "a_small_network_is_lived_as_its_enumerated_chain")),
    Promise("theory", "The circle: a renewal front", of(
        "theory/test_small_networks", "on_a_circle_awareness_spreads_as_a_renewal_process")),
    Promise("theory", "Networks of Poisson degrees: who is reached, to the person", of(
        "theory/test_small_networks", "in_a_network_of_poisson_degrees_all_who_are_tied_to_the_first_learn")),
    Promise("theory", "The daily service desk with patience: its exact chain", of(
        "test_theory", "the_line_at_night_is_distributed_as_the_chain_says", "the_mean_line_is_the_chains",
        "the_desk_loses_as_many_visitors_as_the_chain_says", "whoever_is_met_has_waited_as_long_as_the_chain_says",
        "a_desk_without_simulated_twins_lives_the_same_law")),
    Promise("theory", "Geometric adstock", of("test_theory", "goodwill_is_the_geometric_adstock_of_poisson_contacts")),
    Promise("theory", "NBD reach and frequency, and duplication", of(
        "test_theory", "contacts_per_person_are_negative_binomial", "reach_grows_with_time_as_the_law_says",
        "without_overlap_two_touchpoints_reach_independently", "with_full_overlap_two_touchpoints_share_one_affinity",
        "overlap_shifts_duplication_and_leaves_each_reach")),
    Promise("theory", "Renewal of cars: Weibull, and stationary from the first day", of(
        "test_theory", "the_time_between_needs_is_weibull", "needs_open_at_the_stationary_rate_from_the_first_day",
        "most_cars_are_replaced_near_month_73", "needs_follow_the_season_and_the_year_keeps_its_sum")),
    Promise("theory", "NBD repeat buying and the heaviest fifth of buyers", of(
        "test_heavy_buyers", "purchases_are_as_the_nbd_has_them_and_so_is_the_heavy_buyers_share") + of(
        "theory/test_repeat_buying", "a_fitted_nbd_finds_the_shape_of_the_rates_back")),
    Promise("theory", "Repeat buying with death, and the published BG/NBD of CDNOW", of(
        "theory/test_repeat_buying", "who_may_die_at_each_turn_buys_as_the_nbd_with_death_has_it",
        "the_bg_nbd_fitted_on_cdnow_is_the_published_one")),
    Promise("theory", "The logit of a meeting", of("test_theory", "closing_is_the_logit_and_a_second_chance_its_geometric_sum")),
    Promise("theory", "Choice among brands: multinomial logit, irrelevant alternatives, elasticity", of(
        "theory/test_choice_among_brands", "brands_are_chosen_by_the_multinomial_logit", "the_first_clock_ends_the_need",
        "odds_of_two_brands_do_not_depend_on_a_third", "an_own_price_elasticity_is_the_logits")),
    Promise("theory", "Base stock: lost sales, order-up-to, bullwhip", of(
        "theory/test_stock_theory", "a_dealer_with_one_car_sells_from_stock_as_often_as_the_renewal_cycle_says",
        "a_dealer_orders_up_to_the_cover_of_what_it_remembers", "orders_swing_more_than_sales_as_the_bullwhip_formula_says")),
    Promise("theory", "Pooling: one pool against thirty dealers", of(
        "theory/test_stock_theory", "one_pool_swings_as_all_dealers_together_and_so_by_the_square_root_less")),
    Promise("theory", "The Nash price", of(
        "test_theory", "the_price_is_the_nash_bargain", "where_the_seller_has_all_power_and_no_list_binds_the_price_is_the_worth")),
    Promise("theory", "Margin arithmetic of direct, agency and dealers at a given price", of(
        "theory/test_margins", "a_format_divides_the_money_of_a_car_and_makes_none",
        "where_the_maker_sells_it_keeps_all_but_the_commission", "at_one_price_the_channel_earns_alike_in_every_format")),
    # ---- recovery
    Promise("recovery", "Cox regression finds the hazard ratios", of("theory/test_recovery", "cox_regression_finds_the_hazard_ratios")),
    Promise("recovery", "Kaplan-Meier finds the survival of people who differ", of(
        "theory/test_recovery", "kaplan_meier_finds_the_survival_of_people_who_differ")),
    Promise("recovery", "Cumulative incidence is shared as the hazards are", of(
        "theory/test_recovery", "cumulative_incidence_is_shared_as_the_hazards_are")),
    Promise("recovery", "A logit of meetings finds what closes", of("theory/test_recovery", "a_logit_of_meetings_finds_what_closes")),
    Promise("recovery", "Published durables refitted, and found again in the engine", of(
        "theory/test_recovery", "durables_refitted_have_the_published_p_and_q_and_the_engine_sells_them_so")),
    # ---- batches and files
    Promise("batches", "Killed at any moment, no finished replication is lost, redone or counted twice", of(
        "test_campaigns", "after_kills_of_drivers_nothing_is_lost_redone_or_counted_twice",
        "after_kills_of_workers_nothing_is_lost_or_counted_twice")),
    Promise("batches", "Thousands of points: loky and dask give the same table, near the ideal time, in flat memory", of(
        "test_big_sweep", "loky_and_dask_give_the_same_table_whoever_is_killed", "a_long_sweep_takes_little_more_than_the_ideal_time")),
    Promise("batches", "Ten thousand replications are read and compared in seconds", of(
        "test_big_sweep", "ten_thousand_replications_are_read_and_compared")),
    Promise("batches", "A finished batch answers at once and lives nothing again", of(
        "test_sweep", "a_finished_sweep_lives_nothing_again") + of("test_big_sweep", "a_finished_sweep_answers_at_once")),
    Promise("batches", "A folder belongs to one experiment: another scenario, engine or version is refused with what differs", of(
        "test_campaigns", "of_fifty_edits_of_the_scenario_every_one_is_refused_with_what_differs") + of(
        "test_store", "the_manifest_of_another_engine_is_refused_with_what_differs",
        "the_folder_of_an_earlier_version_is_refused_and_says_what_to_do")),
    Promise("batches", "Several processes in one folder live nothing twice", of(
        "test_campaigns", "of_eight_processes_in_one_folder_none_lives_what_another_did")),
    Promise("batches", "No lock ever needs unlocking by hand", of("test_store", "no_claim_of_fifty_killed_holders_needs_unlocking")),
    Promise("batches", "A disk that fills up leaves no torn file, and the command goes on", of(
        "test_campaigns", "a_disk_that_fills_up_at_any_size_leaves_no_torn_part")),
    Promise("batches", "What is damaged is found, set aside and lived again alone", of(
        "test_store", "of_300_flips_and_100_cuts_none_is_silent", "every_flipped_bit_is_found", "every_cut_is_found",
        "a_manifest_of_which_any_byte_is_changed_or_cut_is_refused", "a_damaged_replication_is_set_aside_and_lived_again_alone")),
    Promise("batches", "Memory is reckoned before it is taken", of(
        "test_memory", "the_estimate_is_within_fifteen_per_cent_of_the_peak",
        "more_people_than_fit_are_refused_before_anything_is_written")),
    Promise("batches", "Sensitivity gives Ishigami's indices, a map the border of a known case", of(
        "test_sensitivity", "ishigami_through_the_whole_path", "the_shares_of_ishigami_are_the_known_ones") + of(
        "test_strategy_map", "the_border_is_where_it_is_known_to_be")),
    # ---- input
    Promise("input", "Hostile files are data: nothing runs, is written or shown", of(
        "test_hostile", "of_200_hostile_files_none_runs_writes_or_shows_anything") + of(
        "test_config", "a_hostile_or_broken_file_is_refused")),
    Promise("input", "Wrong numbers and words are refused by their names", of(
        "test_hostile", "of_200_wrong_values_every_one_is_refused_by_its_name_in_every_verb",
        "a_wrong_setting_of_a_verb_is_answered_and_nothing_is_written", "a_strange_file_of_points_is_answered") + of(
        "test_config", "a_wrong_word_is_answered_with_one_clear_sentence")),
    Promise("input", "No cell of an exported table is a formula", of("test_sweep", "no_cell_is_a_formula")),
)  # fmt: skip
SHOWN = {test for promise in PROMISES for test in promise.tests}


def remember_tests(record: dict, lived: Mapping) -> None:
    """Writes what a run of the tests came to into the record, by test without its parameters; tests that did not run stay as they were."""
    runs: dict[str, list[Mapping]] = {}
    for nodeid, one in lived["tests"].items():
        runs.setdefault(nodeid.split("[")[0], []).append(one)
    for test, several in runs.items():
        if all(one["outcome"] == "skipped" for one in several):
            continue
        figures = [figure for one in several for figure in one["figures"]]
        compared = [figure for _, figure in figures if isinstance(figure, dict)]
        record.setdefault("tests", {})[test] = {
            "cases": len(several), "failed": sum(one["outcome"] == "failed" for one in several),
            "comparisons": sum(one["comparisons"] for one in compared),
            "worst": max((one["standard_errors"] for one in compared), default=None),
            "figures": summed([(what, figure) for what, figure in figures if not isinstance(figure, dict)]),
            "seconds": round(sum(one["seconds"] for one in several), 1),
            "date": lived["date"], "engine": lived["engine"],
        }  # fmt: skip


def summed(figures: Iterable[Sequence]) -> list[list]:
    """Figures of (what, found), counts of the same thing added up, words once."""
    out: dict[tuple, object] = {}
    for what, found in figures:
        key = (what,) if isinstance(found, int) else (what, found)
        out[key] = out.get(key, 0) + found if isinstance(found, int) else found
    return [[key[0], found] for key, found in out.items()]


def promise_table(record: Mapping) -> str:
    """Every promise with its tests, the figures they came to, and whether it holds."""
    lines = [
        "## Promises\n",
        "What the engine owes to whoever uses it, each shown by tests on pinned seeds. A comparison with theory is allowed 5.3 standard",
        "errors (a family-wise chance of 1e-4 that a right engine fails) and must have been able to see a difference that is named in the",
        "test; *worst* is the largest deviation met. `make test` runs the quick half, `make evidence` all; the tests are named in",
        "`experiments/evidence/promises.py`.\n",
        tally(record),
        "| about | promise | tests | figure | verdict | date, engine |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(row(promise, record.get("tests", {})) for promise in PROMISES)]) + "\n"


def tally(record: Mapping) -> str:
    """How many promises have each verdict, and how long their tests took."""
    verdicts = [verdict(promise, record.get("tests", {})) for promise in PROMISES]
    minutes = sum(run.get("seconds", 0.0) for run in record.get("tests", {}).values()) / 60
    return "; ".join(f"{verdicts.count(one)} {one}" for one in (HOLDS, QUICK, BROKEN, NOT_RUN)) + f".{took(minutes)}\n"


def took(minutes: float) -> str:
    """How long a half of the evidence took, for the page; nothing where that was not kept."""
    return f" Measured in {minutes:,.0f} minutes of one core." if minutes else ""


def verdict(promise: Promise, tests: Mapping[str, Mapping]) -> str:
    """Broken by one failure; holds where every test was run and passed; the quick half where some, the slow ones, were not run."""
    runs = [tests[name] for name in promise.tests if name in tests]
    if any(run["failed"] for run in runs):
        return BROKEN
    return (HOLDS if len(runs) == len(promise.tests) else QUICK) if runs else NOT_RUN


def row(promise: Promise, tests: Mapping[str, Mapping]) -> str:
    """A promise's line of the table."""
    runs = [tests[name] for name in promise.tests if name in tests]
    when = min(((run["date"], run["engine"]) for run in runs), default=None)
    return (
        f"| {promise.about} | {promise.statement} | {'; '.join(map(linked, promise.tests))} | {figure(runs)} "
        f"| {verdict(promise, tests)} | {', '.join(when) if when else '-'} |"
    )


def linked(test: str) -> str:
    """A test as a link to its file."""
    file, name = test.split("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{file})"


def figure(runs: Sequence[Mapping]) -> str:
    """What the tests of a promise came to, in words."""
    if not runs:
        return "-"
    said = [f"{sum(run['cases'] for run in runs)} cases, {sum(run['failed'] for run in runs)} failed"]
    if compared := sum(run["comparisons"] for run in runs):
        worst = max(run["worst"] for run in runs if run["worst"] is not None)
        said.append(f"{compared} comparisons, worst {worst:.1f} standard errors")
    together = summed(pair for run in runs for pair in run["figures"])
    return "; ".join([*said, *(f"{what}: {found:,}" if isinstance(found, int) else f"{what}: {found}" for what, found in together)])
