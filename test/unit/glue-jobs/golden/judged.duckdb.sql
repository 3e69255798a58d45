with 
"records" as (select "line", "source_file", contains("line", '"') as "quoted"
 from "lines"
 where "line" <> ''), 
"split" as (select "line", "source_file", "quoted", case when "quoted" = false then string_split("line", ',') when length("line") > 4096 then null when regexp_matches("line", '^(?:"[^"]*(?:""[^"]*)*"|[^",][^,]*|)(?:,(?:"[^"]*(?:""[^"]*)*"|[^",][^,]*|)){8}\z') then regexp_extract_all(',' || "line", ',((?:"[^"]*(?:""[^"]*)*"|[^",][^,]*|))', 1) end as "fields"
 from "records"), 
"texts" as (select "line", "source_file", (contains("line", '�') or contains("line", chr(0))) as "damaged",
  coalesce(cast(len("fields") as integer) = 9, false) as "whole",
  nullif(case when "quoted" = false then list_extract("fields", 1) when left(list_extract("fields", 1), 1) = '"' then replace(substring(list_extract("fields", 1), 2, length(list_extract("fields", 1)) - 2), '""', '"') else list_extract("fields", 1) end, '') as "event_time_text",
  nullif(case when "quoted" = false then list_extract("fields", 2) when left(list_extract("fields", 2), 1) = '"' then replace(substring(list_extract("fields", 2), 2, length(list_extract("fields", 2)) - 2), '""', '"') else list_extract("fields", 2) end, '') as "event_type_text",
  nullif(case when "quoted" = false then list_extract("fields", 3) when left(list_extract("fields", 3), 1) = '"' then replace(substring(list_extract("fields", 3), 2, length(list_extract("fields", 3)) - 2), '""', '"') else list_extract("fields", 3) end, '') as "product_id_text",
  nullif(case when "quoted" = false then list_extract("fields", 4) when left(list_extract("fields", 4), 1) = '"' then replace(substring(list_extract("fields", 4), 2, length(list_extract("fields", 4)) - 2), '""', '"') else list_extract("fields", 4) end, '') as "category_id_text",
  nullif(case when "quoted" = false then list_extract("fields", 5) when left(list_extract("fields", 5), 1) = '"' then replace(substring(list_extract("fields", 5), 2, length(list_extract("fields", 5)) - 2), '""', '"') else list_extract("fields", 5) end, '') as "category_code_text",
  nullif(case when "quoted" = false then list_extract("fields", 6) when left(list_extract("fields", 6), 1) = '"' then replace(substring(list_extract("fields", 6), 2, length(list_extract("fields", 6)) - 2), '""', '"') else list_extract("fields", 6) end, '') as "brand_text",
  nullif(case when "quoted" = false then list_extract("fields", 7) when left(list_extract("fields", 7), 1) = '"' then replace(substring(list_extract("fields", 7), 2, length(list_extract("fields", 7)) - 2), '""', '"') else list_extract("fields", 7) end, '') as "price_text",
  nullif(case when "quoted" = false then list_extract("fields", 8) when left(list_extract("fields", 8), 1) = '"' then replace(substring(list_extract("fields", 8), 2, length(list_extract("fields", 8)) - 2), '""', '"') else list_extract("fields", 8) end, '') as "user_id_text",
  nullif(case when "quoted" = false then list_extract("fields", 9) when left(list_extract("fields", 9), 1) = '"' then replace(substring(list_extract("fields", 9), 2, length(list_extract("fields", 9)) - 2), '""', '"') else list_extract("fields", 9) end, '') as "user_session_text"
 from "split"), 
"typed" as (select *, try_cast(left("event_time_text", 19) as timestamp) as "event_time",
  cast("event_type_text" as varchar) as "event_type",
  try_cast("product_id_text" as bigint) as "product_id",
  try_cast("category_id_text" as bigint) as "category_id",
  cast("category_code_text" as varchar) as "category_code",
  cast("brand_text" as varchar) as "brand",
  try_cast("price_text" as decimal(10, 2)) as "price",
  try_cast("user_id_text" as bigint) as "user_id",
  cast("user_session_text" as varchar) as "user_session"
 from "texts"), 
"checked" as (select "line", "source_file", "damaged", "whole", "event_time", "event_type", "product_id", "category_id", "category_code", "brand", "price", "user_id", "user_session", coalesce((cast("event_time" as varchar) || ' UTC' = "event_time_text" and length("event_time_text") = 23 and "event_time_text" >= '0001'), false) = false as "bad_event_time",
  coalesce("event_type_text" in ('view', 'cart', 'remove_from_cart', 'purchase'), false) = false as "bad_event_type",
  coalesce((cast("product_id" as varchar) = "product_id_text" and "product_id" >= 0), false) = false as "bad_product_id",
  coalesce((cast("category_id" as varchar) = "category_id_text" and "category_id" >= 0), false) = false as "bad_category_id",
  coalesce(case when "price_text" is null then true when "price" < 0 then false when cast("price" as varchar) = "price_text" then true when "price" is not null then regexp_matches("price_text", '^[0-9]+(?:\.[0-9]{1,2}0*)?\z') else false end = true, false) = false as "bad_price",
  coalesce((cast("user_id" as varchar) = "user_id_text" and "user_id" >= 0), false) = false as "bad_user_id"
 from "typed") select "line", "source_file", "event_time", "event_type", "product_id", "category_id", "category_code", "brand", "price", "user_id", "user_session", case when "whole" = false then list_filter([case when "damaged" = true then 'encoding' end, 'column_count'], lambda x: x is not null) when ("damaged" = true or "bad_event_time" = true or "bad_event_type" = true or "bad_product_id" = true or "bad_category_id" = true or "bad_price" = true or "bad_user_id" = true or ("bad_event_time" = false and ("event_time" < cast('2019-10-01 00:00:00' as timestamp) or "event_time" >= cast('2019-11-01 00:00:00' as timestamp)))) then list_filter([case when "damaged" = true then 'encoding' end, case when "bad_event_time" = true then 'event_time' end, case when "bad_event_type" = true then 'event_type' end, case when "bad_product_id" = true then 'product_id' end, case when "bad_category_id" = true then 'category_id' end, case when "bad_price" = true then 'price' end, case when "bad_user_id" = true then 'user_id' end, case when ("bad_event_time" = false and ("event_time" < cast('2019-10-01 00:00:00' as timestamp) or "event_time" >= cast('2019-11-01 00:00:00' as timestamp))) then 'outside_month' end], lambda x: x is not null) end as "reasons"
 from "checked"
