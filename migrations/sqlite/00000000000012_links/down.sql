drop table tip_links;
