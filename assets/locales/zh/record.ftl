# 每天的封存码：公开页
record-footer = 每天的封存码
record-title = 每天的封存码
record-lead = 收到的每一份线索，当天夜里都会换成一串数，放进一份公开的记录。谁要是悄悄抽走一份，或者改动一份，下面的封存码就对不上了。
record-newest = 最近几天
record-none = 还没有。第一个封存码会在今天夜里算出来。
record-size = 共 { $size } 串数，封存码：
record-all = 全部封存码（给电脑读的清单）
record-what-title = 这是什么
record-what-leaf = 那一串数看不出是谁交的、写了什么，也看不出是哪一份。只有拿着回执的人，才能认出自己的那一串。
record-what-filled = 总数是凑成 64 的倍数的，里面有凑数的，所以看不出一天收到了多少。
record-what-fixed = 封存码公布以后不再变动。每天的封存码都连着前面所有的日子。
record-check-title = 怎样核对
record-check-own = 交过线索的人：用回执打开进展页，按“证明我的线索仍在记录中”，可以存下一个小文件。
record-check-anybody = 任何人：把封存码抄下来，或者存下清单。以后再来看，同一天的封存码应当一个字也不差。
record-check-tool = 懂电脑的人：用程序 homeward proof verify 核对文件、清单和回执，不用连网，也不用相信本网站。

# 进展页上的入口
prove-note = 想知道它有没有被人抽走，可以现在查一次。
prove-button = 证明我的线索仍在记录中

# 证明页
proof-title = 您的线索还在记录中吗
proof-included = 还在。它在 { $day } 的记录里，和当天公布的封存码对得上。
proof-waiting = 已经收到，还没有封存。{ $day } 收到的线索，要到当天夜里零点过后才进入记录。请明天再来查一次。
proof-erased = 您的线索已于 { $day } 按规定删除。记录里那一串数还留着，看不出内容。
proof-before = 您的线索收到的时候，还没有这份记录，所以给不出证明。线索本身还在，可以照常查看。
proof-wrong-title = 现在给不出证明
proof-wrong = 您的线索和公布的封存码对不上。系统已经记下这件事，并向管理员报警。请记住今天的日期，过几天再来查一次。
proof-keep-title = 存下证明
proof-keep = 可以存下一个小文件。以后要是有人说没有这份线索，凭这个文件、您的回执和公布过的封存码，就能证明有过。
proof-keep-tells = 别人看到这个文件，会知道拿着它的人在这一天交过一份线索；但看不出是哪一份，也看不出写了什么。觉得不安全，就不要存。
proof-keep-button = 存下文件
proof-how = 封存码是什么，怎样核对
proof-back = 回到进展页

api-record-sizes = 请用 from 和 to 写明两个公布过的总数，小的在前。
