drop table record_heads;
drop table record_blocks;
drop table commitments;
delete from meta where key = 'record_start';
