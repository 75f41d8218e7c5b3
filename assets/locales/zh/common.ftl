# 公共文字：每个页面都有的部分。
app-title = 归途
lang-label = 语言
exit-button = 快速离开
exit-hint = 离开本页，转到天气网页；浏览记录不会因此清除。
skip-to-content = 跳到正文
emergency-title = 现在有危险？
emergency-110 = 打 110（报警）
emergency-12110 = 发短信到 12110（不方便出声时）
emergency-120 = 打 120（急救）
emergency-plain = 号码：报警 110，短信报警 12110，急救 120。
error-busy-title = 现在忙不过来，没有收下
error-busy-text = 您写的内容没有保存。请过一分钟再按一次提交，内容还在下面。情况紧急请直接打 110。
error-down-title = 现在没能收下
error-down-text = 系统出了故障，没有确认收下您的内容。用同一页再提交一次是安全的，不会变成两份。情况紧急请直接打 110。
error-many-title = 请稍等
error-many-text = 这个网络刚才来的请求太多，这一次没有处理。请过一会儿再试。情况紧急请直接打 110。
error-size-title = 内容太大，没有收下
error-size-text = 文字最多 20,000 个字，照片最多 10 MB。什么都没有保存，请改小后再提交。
error-slow-title = 等得太久，没有收下
error-slow-text = 网络太慢，内容没有传完，什么都没有保存。请再试一次；可以先只提交文字。
error-foreign-title = 没有收下
error-foreign-text = 这个请求不是从本网站的页面发出的，什么都没有保存。请从本网站首页重新打开再试。
error-not-found-title = 没有这个页面
error-not-found-text = 地址可能抄错了。什么都没有丢失。
error-broken-title = 出错了
error-broken-text = 这一步没有完成。请返回再试一次；情况紧急请直接打 110。
error-incident = 故障编号 { $id }
error-back-home = 回到首页

# 通知邮件：只说有事要办、去哪里登录，不含线索编号和内容。
mail-subject = 归途值班提醒（{ $urgency }）
mail-urgency-immediate = 紧急
mail-urgency-urgent = 急
mail-urgency-normal = 一般
mail-act = 有{ $urgency }事项等待贵单位办理，请尽快登录查看。
mail-told = 有{ $urgency }事项知会贵单位，请登录查看。
mail-added = 贵单位承办的{ $urgency }事项有新的补充，请登录查看。
mail-sign-in = 登录地址：{ $address }

# 接口的答复。
api-key = 缺少 Idempotency-Key，或者短于 120 位。没有保存。
api-json = 内容不是约定的 JSON。没有保存。
api-fields = 有几项需要修改。没有保存。
api-changed = 用这个 Idempotency-Key 已经收到过另一份内容；这一份没有保存。
api-receipt = 回执不对，或者已经失效。
