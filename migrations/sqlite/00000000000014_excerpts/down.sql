drop table excerpts;
