using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Cli.Doctors;

/// <summary>The database: whether it is there, is ours, and holds what the settings can read.</summary>
internal static class DatabaseChecks
{
    private const int OldestPostgres = 150_000;
    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<Check> All { get; } =
    [
        new("database", DatabaseAsync),
        new("schema", SchemaAsync),
        new("clock", ClockAsync),
        new("encryption-keys", EncryptionKeysAsync),
        new("time-zones", TimeZonesAsync),
        new("on-call", OnCallAsync),
    ];

    private static async Task<IReadOnlyList<Finding>> DatabaseAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        const string Mend = "Is it running, and does Database__Url name its host, port, database, user and password?";
        try
        {
            var (version, isReadOnly) = (await examination.QueryAsync(
                "SELECT current_setting('server_version_num')::int, pg_is_in_recovery()",
                row => (row.GetInt32(0), row.GetBoolean(1)),
                cancellationToken))[0];
            return
            [
                version < OldestPostgres
                    ? Finding.Problem(
                        "database", "PostgreSQL is older than 15.", "Upgrade the server to PostgreSQL 15 or newer.")
                    : isReadOnly
                        ? Finding.Problem(
                            "database", "It is a standby, which takes no writes.", "Set Database__Url to the primary.")
                        : Finding.Ok("database", string.Create(CultureInfo.InvariantCulture,
                            $"PostgreSQL {version / 10_000} answers.")),
            ];
        }
        catch (PostgresException exception)
        {
            return [Finding.Problem("database", $"It refuses: {exception.MessageText} ({exception.SqlState}).", Mend)];
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return [Finding.Problem("database", "It does not answer.", Mend)];
        }
    }

    private static async Task<IReadOnlyList<Finding>> SchemaAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var state = await examination.Service<Schema>().ReadAsync(cancellationToken);
        if (state is SchemaState.TooNew)
        {
            return [Finding.Problem(
                "schema", "The database belongs to a newer build, which this one cannot work with.",
                    "Deploy the newer build.")];
        }

        var applied = await AppliedAsync(examination, cancellationToken);
        var missing = Migration.All
            .Where(script => !applied.ContainsKey(script.Version))
            .Select(script => script.Name)
            .ToList();
        var changed = Migration.All
            .Where(script => applied.TryGetValue(script.Version,
                out var sha256) && !sha256.AsSpan().SequenceEqual(script.Sha256))
            .Select(script => script.Name)
            .ToList();
        return (missing, changed) switch
        {
            ({ Count: > 0 }, _) => [Finding.Problem(
                "schema", $"Migrations are missing: {string.Join(", ", missing)}.", "Run: ./recoveryos migrate")],
            (_, { Count: > 0 }) => [Finding.Problem(
                "schema", $"Migrations were changed after they were applied: {string.Join(", ", changed)}.",
                "Restore the scripts as they were, and put the change into a new migration.")],
            _ => [Finding.Ok("schema", $"Up to {Migration.All[^1].Name}.")],
        };
    }

    private static async Task<Dictionary<int, byte[]>> AppliedAsync(Examination examination,
        CancellationToken cancellationToken)
    {
        try
        {
            return (await examination.QueryAsync(
                "SELECT version, sha256 FROM schema_migrations",
                row => (row.GetInt32(0), row.GetFieldValue<byte[]>(1)),
                cancellationToken)).ToDictionary();
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return [];
        }
    }

    private static async Task<IReadOnlyList<Finding>> ClockAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var time = examination.Service<TimeProvider>();
        // The first query opens the connection, which must not count.
        await examination.QueryAsync("SELECT 1", _ => 0, cancellationToken);
        var before = time.GetUtcNow();
        var theirs = (await examination.QueryAsync(
            "SELECT clock_timestamp()", row => row.GetDateTime(0), cancellationToken))[0];
        var after = time.GetUtcNow();
        var skew = theirs - (before + ((after - before) / 2)).UtcDateTime;
        return
        [
            skew.Duration() > MostSkew
                ? Finding.Problem(
                    "clock",
                    string.Create(CultureInfo.InvariantCulture,
                        $"This machine and the database differ by {skew.TotalSeconds:F1} s."),
                    "Let both take their time from NTP.")
                : Finding.Ok("clock", "This machine and the database agree."),
        ];
    }

    private static async Task<IReadOnlyList<Finding>> EncryptionKeysAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var options = examination.Options<EncryptionOptions>();
        var used = await examination.QueryAsync(
            """
            SELECT phone_key_id::text FROM members UNION SELECT phone_key_id FROM on_call_contacts
            UNION SELECT phone_key_id FROM outbox WHERE state = 'queued'
            UNION SELECT body_key_id FROM inbound_texts WHERE body_key_id IS NOT NULL
            """,
            row => row.GetString(0),
            cancellationToken);
        var missing = used.Where(key => !options.Keys.ContainsKey(key)).ToList();
        if (missing.Count > 0)
        {
            return [Finding.Problem(
                "encryption-keys", $"Rows name keys that are not configured: {string.Join(", ", missing)}.",
                $"Set Encryption__Keys__{missing[0]} to the key of that id; without it those rows cannot be read.")];
        }

        var sample = await examination.QueryAsync(
            "SELECT account_id, phone_ciphertext, phone_key_id, phone_hash FROM members ORDER BY id DESC LIMIT 1",
            row => (Account: row.GetGuid(0), Ciphertext: row.GetFieldValue<byte[]>(1), KeyId: row.GetString(2),
                Hash: row.GetFieldValue<byte[]>(3)),
            cancellationToken);
        if (sample.Count == 0)
        {
            return [Finding.Ok("encryption-keys", "Nothing is encrypted yet.")];
        }

        var cipher = examination.Service<PhoneCipher>();
        try
        {
            var phone = cipher.Open(sample[0].Account, sample[0].Ciphertext, sample[0].KeyId);
            return
            [
                cipher.Hash(phone.E164).AsSpan().SequenceEqual(sample[0].Hash)
                    ? Finding.Ok("encryption-keys", "A sample row opens, and is found.")
                    : Finding.Problem(
                        "encryption-keys",
                            "Encryption:LookupKey is not the one of the stored numbers: nobody's text is recognised.",
                        "Set Encryption__LookupKey back to what it was; it cannot be rotated."),
            ];
        }
        catch (CryptographicException)
        {
            return [Finding.Problem(
                "encryption-keys", $"The key {sample[0].KeyId} is not the one that rows were encrypted with.",
                $"Set Encryption__Keys__{sample[0].KeyId} back to what it was, and give a new key a new id.")];
        }
    }

    private static async Task<IReadOnlyList<Finding>> TimeZonesAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var zones = await examination.QueryAsync(
            "SELECT DISTINCT timezone::text FROM members WHERE state = 'active'", row => row.GetString(0),
                cancellationToken);
        var known = await examination.QueryAsync("SELECT name FROM pg_timezone_names", row => row.GetString(0),
            cancellationToken);
        var unknown = zones.Except(known).Concat(zones.Where(zone => !TimeZoneInfo.TryFindSystemTimeZoneById(zone,
            out _)))
            .Distinct().ToList();
        return
        [
            unknown.Count == 0
                ? Finding.Ok("time-zones", "Those of all members are known here and to the database.")
                : Finding.Problem(
                    "time-zones", $"Time zones of members are unknown here or there: {string.Join(", ", unknown)}.",
                    "Bring tzdata up to date on both, or change those members' time zone."),
        ];
    }

    private static async Task<IReadOnlyList<Finding>> OnCallAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var accounts = await examination.QueryAsync(
            """
            SELECT id FROM accounts
            WHERE EXISTS (SELECT FROM members WHERE account_id = accounts.id AND state = 'active')
                AND NOT EXISTS (SELECT FROM on_call_contacts WHERE account_id = accounts.id)
            ORDER BY id
            """,
            row => row.GetGuid(0),
            cancellationToken);
        return
        [
            accounts.Count == 0
                ? Finding.Ok("on-call", "Every account with members has somebody on call.")
                : Finding.Problem(
                    "on-call",
                    string.Create(CultureInfo.InvariantCulture,
                        $"{accounts.Count} accounts have members and nobody on call, such as {accounts[0]}."),
                    "Let a clinician of the account set PUT /v1/on-call."),
        ];
    }
}
