select "line" as "raw",
  "source_file", "reasons"
 from "judged"
 where "reasons" is not null
