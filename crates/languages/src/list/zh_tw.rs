//! The list in Traditional Chinese.

use super::ListMessages;

/// The catalogue of Traditional Chinese.
pub(super) static ZH_TW: ListMessages = ListMessages {
    batch_tasks: "批量任務列表",
    list_caption: "批量任務列表；時區：{zone}",
    task_name: "名稱",
    batch_id: "批次 ID",
    ended_or_elapsed: "結束時間或已用時間",
    running_for: "已用 {time}",
    bar_label: "{name} 的進度",
    success_of: "{success}/{total}",
    not_succeeded_one: "{count} 個未成功",
    not_succeeded: "{count} 個未成功",

    range_label: "時間範圍",
    last_day: "最近 24 小時",
    last_week: "最近 7 天",
    last_month: "最近 30 天",
    any_time: "不限時間",
    any_type: "全部類型",
    clear_filters: "清除篩選條件",

    pages: "分頁",
    previous: "上一頁",
    next: "下一頁",
    first_page: "第一頁",
    page_of: "第 {page} 頁，共 {pages} 頁",
    rows_of: "第 {first}–{last} 個，共 {count} 個",

    loading_list: "正在載入批量任務列表…",
    none_match: "沒有符合這些篩選條件的批次。",
    none_in_range: "此時間範圍內沒有開始的批次。",
    no_batches: "還沒有批次。",
    page_beyond: "沒有第 {page} 頁。",
    batches_found_one: "找到 {count} 個批次",
    batches_found: "找到 {count} 個批次",
    title_invalid_list: "回應不是批量任務列表",
    title_list_off: "列表無法使用",
    list_off_hint: "代理啟動時未使用 --list。",
    title_list_refused: "列表請求遭拒",

    recent_batches: "最近在此瀏覽器中開啟",
    clear_recent: "清空列表",
};
