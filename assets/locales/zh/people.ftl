# 人员、岗位与权限

people-not-your-office-title = 无此权限
people-not-your-office = 您的岗位没有这项权限，本次访问已记入操作留痕。如工作需要，请与本单位负责人联系。
people-to-your-desk = 返回我的工作台

# 岗位
people-role-handler = 经办人
people-role-agency-lead = 单位负责人
people-role-district-admin = 区级管理员
people-role-supervisor = 市级督办
people-role-joint-office = 联席会议办公室
people-role-hospital-reporter = 医疗机构报告人
people-role-hospital-lead = 医疗机构责任人
people-role-operator = 热线话务员
people-role-security-admin = 安全管理员
people-role-system-admin = 系统管理员
people-role-auditor = 安全审计员

# 邀请
people-invitations-title = 人员邀请
people-waiting = 待办理的邀请
people-waiting-none = 目前没有待办理的邀请。发出的邀请，在对方设置口令之前会列在这里。
people-col-name = 姓名
people-col-login = 用户名
people-col-agency = 单位
people-col-role = 岗位
people-col-state = 进展
people-is-reset = 重设口令
people-state-proposed = 待安全管理员确认
people-state-open = 可以发出
people-state-handed-over = 邀请码已交出，待本人使用
people-until = 有效至
people-confirm = 同意
people-decline = 不同意
people-make-code = 生成邀请码
people-withdraw = 撤回
people-invite = 邀请人员
people-invite-hint = 一人一号，不得共用。邀请码当面或电话交给本人，三天内有效。
people-invite-hint-proposed = 提交后由安全管理员确认，确认后您再生成邀请码交给本人。提出和确认不能是同一人。
people-invite-button = 提交
people-code-title = 邀请码
people-code-once = 邀请码只显示这一次，离开本页就看不到了。没有记下可以重新生成，旧的随即作废。
people-code-address = 打开网址
people-code-code = 邀请码
people-code-how = 请当面或打电话告诉本人，不要写进邮件和聊天软件。本人打开网址、输入邀请码、设置自己的口令后，邀请码即作废。
people-back-to-invitations = 返回邀请列表
people-refused-login = 没有保存：用户名要 2 到 64 个字符，只能用字母、数字和 . - _ @。
people-refused-name = 没有保存：请填写姓名，不超过 60 个字。
people-refused-scope = 没有保存：您的岗位不能为这个单位设置这个岗位的人员。
people-refused-taken = 没有保存：这个用户名已有人使用，或已经发出过邀请。请换一个，或先撤回原来的邀请。
people-refused-oneself = 没有办理：自己提出的事项，须由另一人确认。
people-refused-gone = 没有办理：这份邀请已被使用、撤回或过期。列表已是最新，请核对。

# 使用邀请码
people-join-title = 使用邀请码
people-join-code = 邀请码
people-join-new-password = 设置口令
people-join-password-hint = 至少 { $least } 个字符，可以是一句您记得住的话。口令是打开线索的钥匙，系统不保存，忘记了无法找回。
people-join-password-again = 再输入一次口令
people-join-button = 设置口令并启用
people-join-gone = 没有启用：邀请码不对、已用过或已过期。请核对；仍不行，请让邀请您的人重新生成。
people-join-short = 没有启用：口令太短。邀请码仍然有效，请设置长一些的口令。
people-join-long = 没有启用：口令太长，最多 256 个字符。邀请码仍然有效，请重新设置。
people-join-guessed = 没有启用：这个口令太容易被猜到，不要用姓名、用户名、单位、日期、常见口令或键盘顺序。邀请码仍然有效，请换一个。
people-join-again = 没有启用：两次输入的口令不一样。邀请码仍然有效，请重新输入。
people-joined-title = 已启用
people-joined = 口令已设置，邀请码已作废。
people-joined-login = 您的用户名是
people-joined-keys = 如果本单位已有其他人员，还要等单位负责人把单位密钥转交给您，之后才能打开线索内容。

# 其他页面
people-link = 人员
people-places = 其他工作
people-no-desk = 您的岗位在这个工作台没有待办事项。如果不对，请与管理员联系。
figures-link = 数据与时限
figures-title = 在办数据
figures-none = 目前没有在办线索。
figures-late = 超期未处置
figures-small-hint = 只显示数量；小于 5 的不显示具体数字，以免从数字认出个人。
figures-escalated = 超期线索
figures-escalated-hint = 下级超过时限仍未首次处置的线索，可以打开查阅并督办。每次打开都会留痕。
figures-escalated-none = 没有超期未处置的线索。
figures-open = 查阅

# 恢复密钥的使用
people-recovery-link = 恢复密钥
people-recovery-title = 恢复密钥的使用
people-recovery-intro = 本单位没有人持有钥匙时，才使用恢复密钥转交。由系统管理员申请、安全管理员同意，二十四小时内在服务器上使用一次；使用时通知该单位并留痕。
people-recovery-none = 没有申请。
people-recovery-reason = 理由（安全管理员能看到）
people-recovery-incomplete = 没有提交：请选择单位并写明理由，理由不超过 2,000 个字。
people-recovery-many = 没有提交：您已有十项申请等待办理，请先等结果。
people-recovery-past = 没有办理：这项申请已有结果、已使用或已过期。
people-recovery-asked = 待安全管理员同意
people-recovery-granted = 已同意，可以使用一次
people-recovery-refused = 未获同意
people-recovery-over = 已过期
people-recovery-used = 已使用
mail-recovery = 【请核实】恢复密钥已用于转交贵单位的钥匙。如果贵单位不知情，请立即联系安全管理员。

# 值班邮箱
mailboxes-link = 值班邮箱
mailboxes-title = 值班邮箱
mailboxes-intro = 通知只发往已经确认的值班邮箱；没有的单位不能牵头，线索由上级单位承接。新邮箱确认之前，原邮箱照常使用。
mailboxes-col-agency = 单位
mailboxes-col-confirmed = 正在使用
mailboxes-col-wanted = 待确认
mailboxes-address = 新的值班邮箱
mailboxes-address-hint = 验证码会发到这个邮箱，七天内有效；请邮箱的使用人告知，或者由该单位负责人登录后在本页填写。
mailboxes-send = 发送验证码
mailboxes-find = 按单位查找
mailboxes-empty = 没有符合的单位，或者还没有设定值班邮箱。
mailboxes-more = 只列出前 60 个单位，其余请查找。
mailboxes-none = 没有
mailboxes-since = 确认于
mailboxes-over = 已过期，请重新发送
mailboxes-code = 邮件中的验证码
mailboxes-confirm = 确认
mailboxes-done-named = 验证码已发出。几分钟后仍没有收到的，请检查地址和邮件设置。
mailboxes-done-confirmed = 已确认，通知从现在起发往这个邮箱。
mailboxes-incomplete = 没有发送：请选择单位，并填写正确的邮箱地址。
mailboxes-no-such-code = 没有确认：验证码不对，或者已经过期。请对照邮件重填；过期的请重新发送。
mailboxes-not-yours = 没有办理：这不归您的岗位办理。
mail-confirm = 有人申请把本邮箱用作贵单位在归途平台的值班邮箱。验证码：{ $code }。同意的，请把验证码告知系统管理员，或者由贵单位负责人登录后填写；不知道此事的，请不要告诉任何人。
mail-moved = 有人申请把贵单位的值班邮箱改为另一个地址。贵单位没有提出的，请立即联系安全管理员。
