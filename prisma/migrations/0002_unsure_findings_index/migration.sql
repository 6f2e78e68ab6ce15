-- Searches also read sentences that doubt a finding; without this index that is a scan over all sentences.
create index report_sentence_unsure_idx on report_sentence using gin (findings_unsure);
