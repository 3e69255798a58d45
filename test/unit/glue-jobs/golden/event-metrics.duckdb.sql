with 
"by_category" as (select "category_id", count(*) as "events",
  count(*) filter(where "event_type" = 'view') as "type_view",
  count(*) filter(where "event_type" = 'cart') as "type_cart",
  count(*) filter(where "event_type" = 'remove_from_cart') as "type_remove_from_cart",
  count(*) filter(where "event_type" = 'purchase') as "type_purchase",
  count(*) filter(where "category_code" is null) as "null_category_code",
  count(*) filter(where "brand" is null) as "null_brand",
  count(*) filter(where "user_session" is null) as "null_user_session",
  count(*) filter(where "price" is null) as "null_price",
  count(*) filter(where "price" = 0) as "zero_prices",
  min("price") as "lowest",
  max("price") as "highest",
  min("event_time") as "first_event",
  max("event_time") as "last_event"
 from "events"
 group by "category_id"), 
"ranked" as (select *, row_number() over(order by "events" desc, "category_id") as "size_rank"
 from "by_category"), 
"by_price" as (select "price", count(*) as "events"
 from "events"
 where "price" is not null
 group by "price"), 
"cumulated" as (select "price", sum("events") over(order by "price") as "up_to",
  sum("events") over() as "total"
 from "by_price"), 
"quantiles" as (select min("price") filter(where "up_to" * 100 >= "total" * 50) as "p50",
  min("price") filter(where "up_to" * 100 >= "total" * 90) as "p90",
  min("price") filter(where "up_to" * 100 >= "total" * 99) as "p99"
 from "cumulated") select cast(coalesce(sum("events"), 0) as bigint) as "curated",
  cast(coalesce(sum("type_view"), 0) as bigint) as "eventTypes.view",
  cast(coalesce(sum("type_cart"), 0) as bigint) as "eventTypes.cart",
  cast(coalesce(sum("type_remove_from_cart"), 0) as bigint) as "eventTypes.remove_from_cart",
  cast(coalesce(sum("type_purchase"), 0) as bigint) as "eventTypes.purchase",
  cast(coalesce(sum("null_category_code"), 0) as bigint) as "nulls.category_code",
  cast(coalesce(sum("null_brand"), 0) as bigint) as "nulls.brand",
  cast(coalesce(sum("null_user_session"), 0) as bigint) as "nulls.user_session",
  cast(coalesce(sum("null_price"), 0) as bigint) as "nulls.price",
  cast(coalesce(sum("zero_prices"), 0) as bigint) as "zeroPrices",
  cast(min("lowest") as varchar) as "price.min",
  cast(max("highest") as varchar) as "price.max",
  cast(max("p50") as varchar) as "price.p50",
  cast(max("p90") as varchar) as "price.p90",
  cast(max("p99") as varchar) as "price.p99",
  cast(min("first_event") as varchar) as "firstEvent",
  cast(max("last_event") as varchar) as "lastEvent",
  count(*) as "categories",
  cast(max("category_id") filter(where "size_rank" = 1) as varchar) as "largestCategory.category_id",
  max("events") as "largestCategory.rows",
  map_from_entries(coalesce(list(row(cast("category_id" as varchar), "events")), [])) as "categoryRows"
 from "ranked" cross join "quantiles"
