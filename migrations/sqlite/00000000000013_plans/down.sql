drop table plan_versions;
drop table plan_texts;
