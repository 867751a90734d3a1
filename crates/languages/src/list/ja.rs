//! The list in Japanese.

use super::ListMessages;

/// The catalogue of Japanese.
pub(super) static JA: ListMessages = ListMessages {
    batch_tasks: "バッチタスク一覧",
    list_caption: "バッチタスク一覧。タイムゾーン：{zone}",
    task_name: "名前",
    batch_id: "バッチ ID",
    ended_or_elapsed: "終了時刻または経過時間",
    running_for: "{time}経過",
    bar_label: "{name} の進捗",
    success_of: "{success}/{total}",
    not_succeeded_one: "未成功 {count} 件",
    not_succeeded: "未成功 {count} 件",

    range_label: "期間",
    last_day: "過去 24 時間",
    last_week: "過去 7 日間",
    last_month: "過去 30 日間",
    any_time: "全期間",
    any_type: "すべてのタイプ",
    clear_filters: "フィルターを解除",

    pages: "ページ",
    previous: "前へ",
    next: "次へ",
    first_page: "最初のページ",
    page_of: "{page}/{pages} ページ",
    rows_of: "{count} 件中 {first}–{last} 件",

    loading_list: "バッチタスク一覧を読み込んでいます…",
    none_match: "これらのフィルターに一致するバッチはありません。",
    none_in_range: "この期間に開始されたバッチはありません。",
    no_batches: "バッチはまだありません。",
    page_beyond: "{page} ページはありません。",
    batches_found_one: "{count} 件のバッチが見つかりました",
    batches_found: "{count} 件のバッチが見つかりました",
    title_invalid_list: "応答がバッチタスクの一覧ではありません",
    title_list_off: "一覧を利用できません",
    list_off_hint: "プロキシが --list なしで起動されています。",
    title_list_refused: "一覧の取得が拒否されました",

    recent_batches: "このブラウザーで最近開いたバッチ",
    clear_recent: "一覧を消去",
};
