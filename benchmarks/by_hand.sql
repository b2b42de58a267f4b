-- The thirty verdicts of benchmarks/pack, as someone who knows SQL well writes them for speed: what a rule needs of a related
-- table is aggregated once, conditionally, together with all other rules' needs; rules about bad ratings look at the bad ones
-- only (about a twentieth); no row is ever collected into a list. $as_of is the observation time (UTC).
-- Canonical tables: instants in UTC, codes as positions (satisfaction 0, 1 = bad; channel 0 = window; outcome 2 = unfounded).
-- Working days: day_index(day, n) counts working days up to a day, workday(n, day) is its inverse.
-- One verdict is a number: 0 pass, 1 fail, 2 pending, 3 unknown, 4 not applicable.
with every as (  -- a verdict per rating for the rules that look at the rating itself, and for the one on good ratings
    select
        case when voided then 4 when level is not null then 0 when voided is null then 3 else 1 end as level_given,
        case when channel is not null then 0 else 1 end as channel_given,
        case when region is null then 3 when regexp_matches(region, '^region [0-9]+$') then 0 else 1 end as region_named,
        case when level >= 2 then 4 when option_count >= 1 or comment_length >= 1 then 0
             when level is null or option_count is null or comment_length is null then 3 else 1 end as bad_is_explained,
        case when option_count is null then 3 when option_count <= 8 then 0 else 1 end as at_most_eight_options,
        case when level >= 2 or not named then 4 when phone is not null then 0
             when level is null or named is null then 3 else 1 end as bad_can_be_called_back,
        case when defaulted is null then 3 when defaulted then 1 else 0 end as never_by_default,
        case when channel <> 0 then 4 when hour(rated_at + interval 8 hour) between 8 and 18 then 0
             when channel is null then 3 else 1 end as window_hours,
        case when served_at is null then 3 when served_at <= rated_at then 0 else 1 end as served_before_rated,
        case when served_at is null then 3 when b.n - a.n <= 5 then 0 else 1 end as rated_promptly,
        case when named is null then 3 when named then 4 else 0 end as may_stay_unnamed,
        case when not voided then 4 when void_reason is not null then 0 when voided is null then 3 else 1 end as voiding_has_reason,
        case when level <= 1 then 4 when g.rating_id is null then 0 when level is null then 3 else 1 end as good_needs_no_order
    from rating r
    left join day_index a on a.day = (r.served_at + interval 8 hour)::date
    left join day_index b on b.day = (r.rated_at + interval 8 hour)::date
    left join (select distinct rating_id from assignment) g using (rating_id)
), bad as (  -- ratings that are bad or may be, with their deadlines
    select r.rating_id, r.rated_at, r.department, r.officer_id, r.level is not null as sure, r.voided,
           sure and r.voided is not null as sure_unvoided,
           r.rated_at + interval 24 hour as assign_by,
           w1.day + interval 16 hour - interval 1 microsecond as accept_by,
           w2.day + interval 16 hour - interval 1 microsecond as verify_by,
           (r.rated_at + interval 8 hour)::date + interval 7 day + interval 16 hour - interval 1 microsecond as call_by,
           w3.day + interval 16 hour - interval 1 microsecond as rectify_by,
           w4.day + interval 16 hour - interval 1 microsecond as reply_by,
           d.n + case when d.day < date '2024-07-01' then 15 else 10 end as reply_n
    from rating r
    join day_index d on d.day = (r.rated_at + interval 8 hour)::date
    join workday w1 on w1.n = d.n + 1
    join workday w2 on w2.n = d.n + case when d.day < date '2024-07-01' then 3 else 2 end
    join workday w3 on w3.n = d.n + 15
    join workday w4 on w4.n = d.n + case when d.day < date '2024-07-01' then 15 else 10 end
    where r.level <= 1 or r.level is null
), assigned as (
    select rating_id, min(c.assigned_at) as first_at,
           bool_or(c.assigned_at between b.rated_at and b.assign_by) as in_time,
           bool_or(c.department <> b.department) as elsewhere, bool_or(c.officer_id = b.officer_id) as same_officer
    from assignment c join bad b using (rating_id) group by rating_id
), accepted as (
    select rating_id, count(*) as n, min(c.accepted_at) as first_at, bool_or(c.accepted_at is null) as undated,
           bool_or(c.accepted_at between b.rated_at and b.accept_by) as in_time
    from acceptance c join bad b using (rating_id) group by rating_id
), verified as (
    select rating_id, min(c.verified_at) as first_at, bool_or(c.verified_at between b.rated_at and b.verify_by) as in_time,
           bool_or(c.outcome <> 2) as founded, bool_or(c.outcome is null) as unclear
    from verification c join bad b using (rating_id) group by rating_id
), called as (
    select rating_id, count(*) as n,
           bool_or(c.reached and c.called_at between b.rated_at and b.call_by) as in_time,
           bool_or(c.reached is null and c.called_at between b.rated_at and b.call_by) as maybe_in_time,
           max(c.called_at) filter (where c.reached) as last_at,
           max(c.called_at) filter (where c.reached is null) as maybe_last_at,
           arg_max(coalesce(c.pleased::int, 2), (c.called_at, c.callback_id)) filter (where c.reached) as last_pleased
    from callback c join bad b using (rating_id) group by rating_id
), rectified as (
    select rating_id, min(c.rectified_at) as first_at, max(c.rectified_at) as last_at,
           bool_or(c.rectified_at between b.rated_at and b.rectify_by) as in_time
    from rectification c join bad b using (rating_id) group by rating_id
), extended as (
    select rating_id, coalesce(sum(granted) filter (where approved), 0) as granted,
           bool_or(approved is null or (approved and granted is null)) as unclear
    from extension group by rating_id
), extended_until as (
    select b.rating_id, e.unclear, w.day + interval 16 hour - interval 1 microsecond as reply_by
    from bad b join extended e using (rating_id) join workday w on w.n = b.reply_n + e.granted
), replied as (
    select rating_id, max(c.replied_at) as last_at, bool_or(c.public) as published,
           bool_or(c.replied_at between b.rated_at and b.reply_by) as in_time,
           bool_or(c.replied_at between b.rated_at and coalesce(x.reply_by, b.reply_by)) as in_extended_time
    from reply c join bad b using (rating_id) left join extended_until x using (rating_id) group by rating_id
), passed_on as (
    select rating_id, count(*) as n from transfer group by rating_id
), slice as (  -- A: whether the rule applies (voided may be unknown); then the verdict
    select
        case when voided then 4 when s.in_time then 0 when not sure_unvoided then 3
             when b.assign_by > $as_of then 2 else 1 end as bad_is_assigned,
        case when voided then 4 when not coalesce(s.elsewhere, false) then 0 when not sure_unvoided then 3
             else 1 end as assigned_to_its_department,
        case when not coalesce(s.same_officer, false) then 0 when not sure then 3 else 1 end as not_assigned_to_rated_officer,
        case when voided then 4 when a.in_time then 0 when not sure_unvoided or a.undated then 3
             when b.accept_by > $as_of then 2 else 1 end as bad_is_accepted,
        case when voided then 4 when a.n = 1 then 0 when not sure_unvoided then 3 else 1 end as accepted_once,
        case when s.rating_id is null or a.rating_id is null then 4 when a.undated then 3 when s.first_at <= a.first_at then 0
             when not sure then 3 else 1 end as assigned_before_accepted,
        case when voided then 4 when v.in_time then 0 when not sure_unvoided then 3
             when b.verify_by > $as_of then 2 else 1 end as bad_is_verified,
        case when voided then 4 when c.in_time then 0 when not sure_unvoided or c.maybe_in_time then 3
             when b.call_by > $as_of then 2 else 1 end as bad_is_called_back,
        case when coalesce(c.n, 0) <= 2 then 0 when not sure then 3 else 1 end as not_pestered,
        case when c.rating_id is null or (c.last_at is null and c.maybe_last_at is null) then 4
             when c.last_at is null or c.maybe_last_at >= c.last_at then 3
             when c.last_pleased = 1 then 0 when c.last_pleased = 2 or not sure then 3 else 1 end as pleased_in_the_end,
        case when voided or not coalesce(v.founded or v.unclear, false) then 4 when f.in_time then 0
             when not sure_unvoided or not coalesce(v.founded, false) then 3
             when b.rectify_by > $as_of then 2 else 1 end as confirmed_is_rectified,
        case when f.rating_id is null then 4 when v.first_at <= f.first_at then 0 when not sure then 3
             else 1 end as verified_before_rectified,
        case when voided then 4 when p.in_time then 0 when not sure_unvoided then 3
             when b.reply_by > $as_of then 2 else 1 end as bad_is_answered,
        case when voided then 4 when x.unclear then 3 when p.in_extended_time then 0 when not sure_unvoided then 3
             when coalesce(x.reply_by, b.reply_by) > $as_of then 2 else 1 end as bad_is_answered_with_extension,
        case when f.rating_id is null then 4 when p.last_at >= f.last_at then 0 when not sure then 3
             else 1 end as answer_follows_rectification,
        case when p.published then 0 when not sure then 3 else 1 end as answer_is_public,
        case when voided then 4 when coalesce(t.n, 0) <= 1 then 0 when not sure_unvoided then 3 else 1 end as first_responder
    from bad b
    left join assigned s using (rating_id)
    left join accepted a using (rating_id)
    left join verified v using (rating_id)
    left join called c using (rating_id)
    left join rectified f using (rating_id)
    left join extended_until x using (rating_id)
    left join replied p using (rating_id)
    left join passed_on t using (rating_id)
)
select * from
    (select count(*) as ratings,
            count_if(columns('.*') = 0), count_if(columns('.*') = 1),
            count_if(columns('.*') = 2), count_if(columns('.*') = 3)
     from every),
    (select count_if(columns('.*') = 0),
            count_if(columns('.*') = 1),
            count_if(columns('.*') = 2),
            count_if(columns('.*') = 3)
     from slice)
