//! The list in Simplified Chinese.

use super::ListMessages;

/// The catalogue of Simplified Chinese.
pub(super) static ZH_CN: ListMessages = ListMessages {
    batch_tasks: "批量任务列表",
    list_caption: "批量任务列表；时区：{zone}",
    task_name: "名称",
    batch_id: "批次 ID",
    ended_or_elapsed: "结束时间或已用时间",
    running_for: "已用 {time}",
    bar_label: "{name} 的进度",
    success_of: "{success}/{total}",
    not_succeeded_one: "{count} 个未成功",
    not_succeeded: "{count} 个未成功",

    range_label: "时间范围",
    last_day: "最近 24 小时",
    last_week: "最近 7 天",
    last_month: "最近 30 天",
    any_time: "不限时间",
    any_type: "全部类型",
    clear_filters: "清除筛选条件",

    pages: "分页",
    previous: "上一页",
    next: "下一页",
    first_page: "第一页",
    page_of: "第 {page} 页，共 {pages} 页",
    rows_of: "第 {first}–{last} 个，共 {count} 个",

    loading_list: "正在加载批量任务列表…",
    none_match: "没有符合这些筛选条件的批次。",
    none_in_range: "此时间范围内没有开始的批次。",
    no_batches: "还没有批次。",
    page_beyond: "没有第 {page} 页。",
    batches_found_one: "找到 {count} 个批次",
    batches_found: "找到 {count} 个批次",
    title_invalid_list: "响应不是批量任务列表",
    title_list_off: "列表不可用",
    list_off_hint: "代理启动时未使用 --list。",
    title_list_refused: "列表请求被拒绝",

    recent_batches: "最近在此浏览器中打开",
    clear_recent: "清空列表",
};
