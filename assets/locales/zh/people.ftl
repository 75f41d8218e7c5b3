# 人员、岗位与权限

people-not-your-office-title = 无此权限
people-not-your-office = 您的岗位没有这项权限，本次访问已记入操作留痕。如工作需要，请与本单位负责人联系。
people-to-your-desk = 返回我的工作台
