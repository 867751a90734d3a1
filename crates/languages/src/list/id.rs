//! The list in Indonesian.

use super::ListMessages;

/// The catalogue of Indonesian.
pub(super) static ID: ListMessages = ListMessages {
    batch_tasks: "Daftar tugas batch",
    list_caption: "Daftar tugas batch; waktu dalam {zone}",
    task_name: "Nama",
    batch_id: "ID batch",
    ended_or_elapsed: "Berakhir atau telah berjalan",
    running_for: "selama {time}",
    bar_label: "Kemajuan {name}",
    success_of: "{success} dari {total}",
    not_succeeded_one: "{count} belum berhasil",
    not_succeeded: "{count} belum berhasil",

    range_label: "Rentang waktu",
    last_day: "24 jam terakhir",
    last_week: "7 hari terakhir",
    last_month: "30 hari terakhir",
    any_time: "Kapan saja",
    any_type: "Semua jenis",
    clear_filters: "Hapus filter",

    pages: "Halaman",
    previous: "Sebelumnya",
    next: "Berikutnya",
    first_page: "Halaman pertama",
    page_of: "Halaman {page} dari {pages}",
    rows_of: "{first}–{last} dari {count}",

    loading_list: "Memuat daftar tugas batch…",
    none_match: "Tidak ada batch yang cocok dengan filter ini.",
    none_in_range: "Tidak ada batch yang dimulai dalam rentang waktu ini.",
    no_batches: "Belum ada batch.",
    page_beyond: "Tidak ada halaman {page}.",
    batches_found_one: "{count} batch ditemukan",
    batches_found: "{count} batch ditemukan",
    title_invalid_list: "Respons bukan daftar tugas batch",
    title_list_off: "Daftar tidak tersedia",
    list_off_hint: "Proxy dijalankan tanpa --list.",
    title_list_refused: "Permintaan daftar ditolak",

    recent_batches: "Baru dibuka di browser ini",
    clear_recent: "Kosongkan daftar",
};
