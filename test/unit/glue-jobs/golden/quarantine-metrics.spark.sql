select count(*) as `quarantined`,
  count(*) filter(where array_contains(`reasons`, 'encoding')) as `reasons.encoding`,
  count(*) filter(where array_contains(`reasons`, 'column_count')) as `reasons.column_count`,
  count(*) filter(where array_contains(`reasons`, 'event_time')) as `reasons.event_time`,
  count(*) filter(where array_contains(`reasons`, 'event_type')) as `reasons.event_type`,
  count(*) filter(where array_contains(`reasons`, 'product_id')) as `reasons.product_id`,
  count(*) filter(where array_contains(`reasons`, 'category_id')) as `reasons.category_id`,
  count(*) filter(where array_contains(`reasons`, 'price')) as `reasons.price`,
  count(*) filter(where array_contains(`reasons`, 'user_id')) as `reasons.user_id`,
  count(*) filter(where array_contains(`reasons`, 'outside_month')) as `reasons.outside_month`
 from `quarantine`
