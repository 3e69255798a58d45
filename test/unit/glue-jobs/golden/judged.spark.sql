with 
`records` as (select `line`, `source_file`, contains(`line`, '"') as `quoted`
 from `lines`
 where `line` <> ''), 
`split` as (select `line`, `source_file`, `quoted`, case when `quoted` = false then split(`line`, ',', -1) when length(`line`) > 4096 then null when (`line` rlike '^(?:"[^"]*(?:""[^"]*)*"|[^",][^,]*|)(?:,(?:"[^"]*(?:""[^"]*)*"|[^",][^,]*|)){8}\\z') then regexp_extract_all(',' || `line`, ',((?:"[^"]*(?:""[^"]*)*"|[^",][^,]*|))', 1) end as `fields`
 from `records`), 
`texts` as (select `line`, `source_file`, (contains(`line`, '�') or contains(`line`, char(0))) as `damaged`,
  coalesce(size(`fields`) = 9, false) as `whole`,
  nullif(case when `quoted` = false then get(`fields`, 1 - 1) when left(get(`fields`, 1 - 1), 1) = '"' then replace(substring(get(`fields`, 1 - 1), 2, length(get(`fields`, 1 - 1)) - 2), '""', '"') else get(`fields`, 1 - 1) end, '') as `event_time_text`,
  nullif(case when `quoted` = false then get(`fields`, 2 - 1) when left(get(`fields`, 2 - 1), 1) = '"' then replace(substring(get(`fields`, 2 - 1), 2, length(get(`fields`, 2 - 1)) - 2), '""', '"') else get(`fields`, 2 - 1) end, '') as `event_type_text`,
  nullif(case when `quoted` = false then get(`fields`, 3 - 1) when left(get(`fields`, 3 - 1), 1) = '"' then replace(substring(get(`fields`, 3 - 1), 2, length(get(`fields`, 3 - 1)) - 2), '""', '"') else get(`fields`, 3 - 1) end, '') as `product_id_text`,
  nullif(case when `quoted` = false then get(`fields`, 4 - 1) when left(get(`fields`, 4 - 1), 1) = '"' then replace(substring(get(`fields`, 4 - 1), 2, length(get(`fields`, 4 - 1)) - 2), '""', '"') else get(`fields`, 4 - 1) end, '') as `category_id_text`,
  nullif(case when `quoted` = false then get(`fields`, 5 - 1) when left(get(`fields`, 5 - 1), 1) = '"' then replace(substring(get(`fields`, 5 - 1), 2, length(get(`fields`, 5 - 1)) - 2), '""', '"') else get(`fields`, 5 - 1) end, '') as `category_code_text`,
  nullif(case when `quoted` = false then get(`fields`, 6 - 1) when left(get(`fields`, 6 - 1), 1) = '"' then replace(substring(get(`fields`, 6 - 1), 2, length(get(`fields`, 6 - 1)) - 2), '""', '"') else get(`fields`, 6 - 1) end, '') as `brand_text`,
  nullif(case when `quoted` = false then get(`fields`, 7 - 1) when left(get(`fields`, 7 - 1), 1) = '"' then replace(substring(get(`fields`, 7 - 1), 2, length(get(`fields`, 7 - 1)) - 2), '""', '"') else get(`fields`, 7 - 1) end, '') as `price_text`,
  nullif(case when `quoted` = false then get(`fields`, 8 - 1) when left(get(`fields`, 8 - 1), 1) = '"' then replace(substring(get(`fields`, 8 - 1), 2, length(get(`fields`, 8 - 1)) - 2), '""', '"') else get(`fields`, 8 - 1) end, '') as `user_id_text`,
  nullif(case when `quoted` = false then get(`fields`, 9 - 1) when left(get(`fields`, 9 - 1), 1) = '"' then replace(substring(get(`fields`, 9 - 1), 2, length(get(`fields`, 9 - 1)) - 2), '""', '"') else get(`fields`, 9 - 1) end, '') as `user_session_text`
 from `split`), 
`typed` as (select *, try_cast(left(`event_time_text`, 19) as timestamp_ntz) as `event_time`,
  cast(`event_type_text` as string) as `event_type`,
  try_cast(`product_id_text` as bigint) as `product_id`,
  try_cast(`category_id_text` as bigint) as `category_id`,
  cast(`category_code_text` as string) as `category_code`,
  cast(`brand_text` as string) as `brand`,
  try_cast(`price_text` as decimal(10, 2)) as `price`,
  try_cast(`user_id_text` as bigint) as `user_id`,
  cast(`user_session_text` as string) as `user_session`
 from `texts`), 
`checked` as (select `line`, `source_file`, `damaged`, `whole`, `event_time`, `event_type`, `product_id`, `category_id`, `category_code`, `brand`, `price`, `user_id`, `user_session`, coalesce((cast(`event_time` as string) || ' UTC' = `event_time_text` and length(`event_time_text`) = 23 and `event_time_text` >= '0001'), false) = false as `bad_event_time`,
  coalesce(`event_type_text` in ('view', 'cart', 'remove_from_cart', 'purchase'), false) = false as `bad_event_type`,
  coalesce((cast(`product_id` as string) = `product_id_text` and `product_id` >= 0), false) = false as `bad_product_id`,
  coalesce((cast(`category_id` as string) = `category_id_text` and `category_id` >= 0), false) = false as `bad_category_id`,
  coalesce(case when `price_text` is null then true when `price` < 0 then false when cast(`price` as string) = `price_text` then true when `price` is not null then (`price_text` rlike '^[0-9]+(?:\\.[0-9]{1,2}0*)?\\z') else false end = true, false) = false as `bad_price`,
  coalesce((cast(`user_id` as string) = `user_id_text` and `user_id` >= 0), false) = false as `bad_user_id`
 from `typed`) select `line`, `source_file`, `event_time`, `event_type`, `product_id`, `category_id`, `category_code`, `brand`, `price`, `user_id`, `user_session`, case when `whole` = false then array_compact(array(case when `damaged` = true then 'encoding' end, 'column_count')) when (`damaged` = true or `bad_event_time` = true or `bad_event_type` = true or `bad_product_id` = true or `bad_category_id` = true or `bad_price` = true or `bad_user_id` = true or (`bad_event_time` = false and (`event_time` < cast('2019-10-01 00:00:00' as timestamp_ntz) or `event_time` >= cast('2019-11-01 00:00:00' as timestamp_ntz)))) then array_compact(array(case when `damaged` = true then 'encoding' end, case when `bad_event_time` = true then 'event_time' end, case when `bad_event_type` = true then 'event_type' end, case when `bad_product_id` = true then 'product_id' end, case when `bad_category_id` = true then 'category_id' end, case when `bad_price` = true then 'price' end, case when `bad_user_id` = true then 'user_id' end, case when (`bad_event_time` = false and (`event_time` < cast('2019-10-01 00:00:00' as timestamp_ntz) or `event_time` >= cast('2019-11-01 00:00:00' as timestamp_ntz))) then 'outside_month' end)) end as `reasons`
 from `checked`
