-- Uploads are for models too: the data of a task to train, and the files of an adapter from elsewhere.
alter table upload drop constraint upload_kind_check;
alter table upload add constraint upload_kind_check
  check (kind in ('IMAGE_OR_ARCHIVE', 'REPORT_TEXT', 'QUERY_XRAY', 'TASK_DATA', 'ADAPTER'));
