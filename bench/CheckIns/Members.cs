namespace RecoveryOS.Bench.CheckIns;

/// <summary>The members who check in over HTTP, and the bare endpoint's table.</summary>
internal static class Members
{
    public const int Count = 1000;

    /// <summary>The id of member 1…<see cref="Count"/>.</summary>
    public static Guid Id(int number) => Guid.Parse($"00000000-0000-7000-8000-{100_000_000_000 + number}");

    public static async Task FillAsync(Stage stage, CancellationToken cancellationToken)
    {
        await stage.ExecuteAsync($"""
            INSERT INTO members (
                id, account_id, display_code, timezone, phone_ciphertext, phone_key_id, phone_hash, country, language,
                check_in_count)
            SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid, '{stage.AccountId}', 'M-' || n,
                'America/Toronto', sha256(n::text::bytea), 'k1', sha256(n::text::bytea), 'CA', 'en', 10
            FROM generate_series(1, {Count}) AS n
            """, cancellationToken);
        await stage.ExecuteAsync("""
            CREATE TABLE bare_check_ins (
                id uuid PRIMARY KEY, member_id uuid NOT NULL, adherence smallint NOT NULL, mood_trend smallint NOT NULL,
                cravings smallint NOT NULL, sleep_hours numeric(3, 1) NOT NULL, isolation smallint NOT NULL, notes text,
                created_at timestamptz NOT NULL DEFAULT now())
            """, cancellationToken);
    }
}
