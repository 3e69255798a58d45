create table `ecomm_user_activity_stream_1` (
  `event_time` timestamp(3) comment 'When it happened, UTC.',
  `event_type` string comment 'view, cart, remove_from_cart or purchase.',
  `product_id` bigint comment 'Product.',
  `category_id` bigint comment 'Category of the product; above 2^53.',
  `category_code` string comment 'Readable path of the category; about a third of events have none.',
  `brand` string comment 'Brand in lower case.',
  `price` decimal(10, 2) comment 'Price of one piece; 0.00 where the shop had none.',
  `user_id` bigint comment 'Visitor, stable over sessions.',
  `user_session` string comment 'Session; a few hundred belong to more than one user.',
  `txn_timestamp` timestamp(3) comment 'When the shop sent it, UTC: the time of all windows.',
  watermark for `txn_timestamp` as `txn_timestamp` - interval '10' second
) comment 'One row per event that the shop sent, in the order of its shard.' with (
  'connector' = 'kinesis',
  'stream' = 'a',
  'format' = 'json'
);

create table `ecomm_user_activity_stream_2` (
  `id` string comment '`rule/key/window start/window end`: the same finding has the same id, however often it is made.',
  `record` string comment 'alert or kpi.',
  `rule` string comment 'The rule or KPI.',
  `key_column` string comment 'What the rule looks at: a column of stream 1, or all.',
  `key_value` string comment 'Which of them, as text; all where the rule looks at all traffic.',
  `window_start` timestamp(3) comment 'First instant of the window, UTC.',
  `window_end` timestamp(3) comment 'First instant after it.',
  `measure` string comment 'What was measured.',
  `measure_value` bigint comment 'How much: a count, cents, or basis points.',
  `severity` string comment 'low, medium or high; null for a KPI.',
  `threshold` bigint comment 'The threshold of that severity that the measure passed; null for a KPI.',
  `details` map<string, bigint> comment 'Further measures of the same window by name; a measure that has no value is missing.',
  `user_id` bigint comment 'The key where it is a user.',
  `num_actions_per_watermark` bigint comment 'The measure where it is the actions of a user.'
) comment 'One row per window and key in which a rule found something, or whose figures were asked for.' with (
  'connector' = 'kinesis',
  'stream' = 'a',
  'format' = 'json'
);
