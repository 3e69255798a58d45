with 
"rejected" as (select "line" as "raw",
  "source_file", "reasons"
 from "judged"
 where "reasons" is not null), 
"headers" as (select "raw", "source_file", "reasons", row_number() over(partition by "source_file" order by "raw") as "occurrence"
 from "rejected"
 where "raw" = 'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session') select "raw", "source_file", "reasons"
 from "rejected"
 where "raw" <> 'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session'
 union all select "raw", "source_file", "reasons"
 from "headers"
 where "occurrence" > 1
