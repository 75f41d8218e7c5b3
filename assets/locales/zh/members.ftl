# 人员与钥匙
members-title = 人员管理
members-hint = 这里只列出由您负责管理的人员。每项操作都记入操作留痕。
members-find = 按单位、姓名或用户名查找
members-find-button = 查找
members-empty = 没有符合条件的人员。
members-back = 返回人员管理
members-not-done = 没有办理
members-col-name = 姓名
members-col-login = 用户名
members-col-agency = 单位
members-col-role = 岗位
members-col-keys = 钥匙
members-col-since = 起止时间
members-col-do = 操作
members-keys-held = 持有钥匙
members-keys-waits = 等待钥匙
members-keys-none = 不持有钥匙
members-keys-gone = 已停用
members-ended = 停用于
members-leaving-since = 正在停用，开始于

# 交付钥匙
members-pass-on-title = 有人在等待钥匙
members-pass-on-text = 本单位有 { $n } 人还没有钥匙，打不开线索。交付后即可查阅和办理本单位的线索。
members-pass-on = 交付钥匙
members-keys-changed = 人员或钥匙刚刚有变动，没有交付。请返回后再试一次。

# 更改与停用
members-make = 改为{ $role }
members-reset = 重设口令
members-end-sessions = 全部下线
members-end = 停用账号
members-end-title = 停用账号
members-end-ask = 要停用{ $agency }{ $name }（用户名 { $login }）的账号吗？停用后不能恢复。
members-end-what-1 = 立即下线，不能再登录；手中的钥匙全部收回。
members-end-what-2 = 正在办理的线索退回本单位待办，由其他人认领。
members-end-what-3 = 如果本单位再没有别人能打开线索，这些线索会先移交上级单位，全部移交后账号才停用。
members-done-ended = 账号已停用。
members-done-leaving = 正在把线索移交上级单位，移交完毕后账号自动停用。稍后刷新本页查看。
members-done-stays = 有线索找不到能接收的单位，账号没有停用。请先为该单位邀请新成员并交付钥匙，再停用。
members-done-sessions = 该人员已全部下线。
members-done-changed = 岗位已更改，该人员需重新登录。
members-done-passed = 钥匙已交付。
members-done-rotated = 钥匙已更换，旧信封正在逐一重新封装。
members-gone = 没有这名人员，或账号已经停用。
members-again = 该人员刚刚认领了线索，没有办理。请再试一次。
members-last = 该单位再没有别人能打开它的线索，也没有上级单位能接收，所以没有办理。请先为该单位邀请新成员并交付钥匙；没有人能交付时，用恢复密钥授予（homeward user grant），然后再办。

# 移交后的线索
desk-event-handed-on = 使用恢复密钥，将{ $from }封存的内容移交{ $to }
desk-event-rehomed = { $from }已无人能办，移交{ $to }
desk-event-released = 承办人已停用，退回待认领
members-notes-behind = 移交之前的工作记录仍封存在原单位的钥匙下，本单位打不开。确需查阅时，请联系保管恢复密钥的人员。
members-identity-behind = 举报人身份信息仍封存在原单位的钥匙下，本单位打不开。确需查阅时，请联系保管恢复密钥的人员。

# 更换钥匙
members-rotate-title = 更换本单位的钥匙
members-rotate = 更换钥匙
members-rotate-hint = 持有钥匙的人员离开后，或怀疑钥匙外泄时，应当更换。
members-rotate-ask = 要更换本单位的钥匙吗？
members-rotate-what-1 = 新钥匙立即交付给本单位全部在岗的持有人，并封存一份给恢复密钥。
members-rotate-what-2 = 此后收到的线索只能用新钥匙打开。
members-rotate-what-3 = 以前的线索由在岗人员登录期间在后台逐一改用新钥匙封装，全部完成后收回旧钥匙；办理线索不受影响。
members-rotating = 正在改用新钥匙封装：已完成 { $done } 个，待检查 { $left } 个。
members-rotating-hint = 有本单位持有钥匙的人员登录时才会进行；中断后会接着做。
members-rotated = 最近一次更换已全部完成，旧钥匙已收回：
