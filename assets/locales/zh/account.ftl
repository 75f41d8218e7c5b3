# 登录的第二步验证，和工作人员自己的账号页。

sign-in-refused = 没有登录：用户名、口令和第二步验证三项不相符。
sign-in-refused-help = 请逐项检查后再试；验证码每 30 秒换一个，每个只能用一次。多次不对会变慢，不会锁定。手机、通行密钥都不在身边的，请用恢复码；口令忘了的，请联系本单位负责人重设。
sign-in-code = 验证码
sign-in-code-optional = （没有设置第二步验证的不用填）
sign-in-code-hint = 验证器应用上的 6 位数字，或者一个恢复码。
sign-in-passkey-button = 填好用户名和口令后，用通行密钥登录
sign-in-passkey-failed = 没有用成通行密钥。请再试一次，或者改填验证码。
sign-in-passkey-elsewhere = 在现在这个地址上不能用通行密钥。请改用 { $address } 打开。

account-title = 我的账号
account-link = 我的账号
account-to-account = 到“我的账号”
account-enrol-first-title = 先设置第二步验证
account-enrol-first-text = 这个请求没有执行。您还没有设置第二步验证，设置好之后才能使用工作台。
account-enrol-first-why = 光有口令还不够：口令被人看到或猜到时，第二步验证能挡住别人。设置好之后就可以使用工作台。两种方式任选一种，也可以都设置。
account-last-time = 上次登录：
account-first-time = 这是您第一次登录。

account-factors = 第二步验证
account-factors-required = 本平台要求每位工作人员至少有一种，最后一种不能删除。更换手机时，先设置新的，旧的就被替换。
account-factors-optional = 设置以后，每次登录都需要它。
account-factors-none = 还没有设置。
account-app = 验证器应用
account-passkey = 通行密钥
account-added = 设置于
account-remove = 删除
account-app-enrol = 设置验证器应用
account-app-replace = 换一个验证器应用
account-passkey-enrol = 添加通行密钥
account-name = 给它起个名字
account-name-optional = （可以不填）
account-password-again = 您现在的口令

account-app-title = 设置验证器应用
account-app-step-scan = 用手机上的验证器应用扫描这个二维码。
account-app-qr = 给验证器应用扫描的二维码
account-app-by-hand = 扫不了时，把这串字母数字输入应用（按时间，6 位，30 秒）：
account-app-step-code = 把应用显示的 6 位验证码填在下面。填对了才算设置好。
account-app-code = 应用显示的验证码
account-app-button = 设置
account-app-name-default = 手机验证器

account-passkey-title = 添加通行密钥
account-passkey-what = 通行密钥保存在这台电脑、手机或安全钥匙里，用指纹、面容或 PIN 确认。它和口令一起使用，不能代替口令。
account-passkey-script = 添加通行密钥需要打开浏览器的脚本功能。不能打开时，请改用验证器应用。
account-passkey-button = 添加
account-passkey-name-default = 这台设备
account-passkey-nowhere = 平台的工作台地址不是 https 开头，浏览器不提供通行密钥。请用验证器应用，或请系统管理员设置工作台地址。

account-codes = 恢复码
account-codes-left = 还剩 { $n } 个。
account-codes-hint = 手机、通行密钥都不在身边时，用恢复码代替验证码登录，每个只能用一次。
account-codes-renew = 生成新的恢复码（旧的作废）
account-codes-done = 已经设置好。
account-codes-once = 这是您的 { $n } 个恢复码，只显示这一次。
account-codes-where = 请抄在纸上或打印出来，和证件一样收好，不要和口令、手机放在一起。以前的恢复码都已作废。
account-codes-kept = 我已经收好，去工作台

account-password = 口令
account-password-change = 修改口令
account-password-fresh = 新口令
account-password-repeat = 再输入一次新口令
account-password-rule = 至少 { $n } 个字符，最多 256 个；可以是一句话，可以有空格和汉字，可以粘贴。不要用别人一猜就中的：姓名、单位、日期、“归途”、键盘上相邻的键、重复的字符。
account-password-effect = 修改后，您在其他地方的登录都会结束。线索的钥匙不变。

account-sessions = 正在登录的地方
account-sessions-hint = 平台不记录网络地址和设备，只记录时间和登录方式。有不认识的，请结束它并修改口令。
account-session-opened = 登录于
account-session-seen = 最近使用
account-session-this = 就是这里
account-session-end = 结束
account-sessions-end-others = 结束其他所有登录
account-by-password = 只用口令
account-by-totp = 口令和验证器应用
account-by-passkey = 口令和通行密钥
account-by-recovery = 口令和恢复码

account-done-app-added = 验证器应用已设置好。
account-done-app-removed = 验证器应用已删除。
account-done-passkey-added = 通行密钥已添加。
account-done-passkey-removed = 通行密钥已删除。
account-done-codes-renewed = 恢复码已更新。
account-done-codes-kept = 恢复码已更新。
account-done-password-changed = 口令已修改，其他登录已结束。
account-done-sessions-ended = 已结束。

account-nothing-changed = 什么都没有改动。请重新填写。
account-refused-password = 口令不对。
account-refused-code = 验证码不对，或者已经过了时间。请填应用现在显示的 6 位数字；一直不对时，请检查手机的时间。
account-refused-passkey = 没有收到这台设备的通行密钥，或者等得太久。请再试一次。
account-refused-form = 页面不完整，请重新打开再试。
account-refused-busy = 现在验证口令的人太多。请过一会儿再试。
account-refused-down = 系统出了故障，没有办成。请过一会儿再试。
account-refused-overtaken = 刚才在别处改过，请重新打开本页再试。
account-refused-unknown = 没有这一项，可能已经删除。
account-refused-last = 这是最后一种第二步验证，不能删除。请先设置另一种。
account-refused-many = 最多添加 8 个通行密钥。请先删除不用的。
account-refused-there = 这个通行密钥已经添加过。
account-refused-differ = 两次输入的新口令不一样。
account-refused-length = 新口令太短或太长。
account-refused-guessed = 这个口令别人一猜就中。请换一个：几个不相干的词连成一句话就很好。

account-news-title = 登录方式有变化
account-news-app-added = 设置了验证器应用：
account-news-app-removed = 删除了验证器应用：
account-news-passkey-added = 添加了通行密钥：
account-news-passkey-removed = 删除了通行密钥：
account-news-codes-renewed = 生成了新的恢复码：
account-news-code-used = 用过一个恢复码：
account-news-password-changed = 修改了口令：
account-news-not-you = 如果不是您做的，请马上在“我的账号”里修改口令、结束其他登录，并告诉本单位管理员。
account-news-on = 是我做的，去工作台
