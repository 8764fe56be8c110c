using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Members;
using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.OnCall;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Inbound;

/// <summary>A database of a test's own with an account, whose members write texts.</summary>
internal sealed class TextClinic : IAsyncDisposable
{
    public const string Number = "+15555550123";

    private readonly Caller clinician;
    private int texts;

    private TextClinic(string url, NpgsqlDataSource database, Caller clinician) =>
        (Url, Database, this.clinician, Inbox) = (url, database, clinician, new(database, Cipher, Bell));

    public static PhoneCipher Cipher { get; } = new(Options.Create(new EncryptionOptions
    {
        ActiveKeyId = "k1",
        Keys = new() { ["k1"] = Convert.ToBase64String(new byte[32]) },
        LookupKey = Convert.ToBase64String(new byte[32]),
    }));

    public Caller Clinician => clinician;

    /// <summary>Nobody listens: what it rings for waits in the outbox.</summary>
    public static OutboxBell Bell { get; } = new();

    public string Url { get; }

    public NpgsqlDataSource Database { get; }

    public Inbox Inbox { get; }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<TextClinic> OpenAsync(PostgresFixture postgres)
    {
        var url = await postgres.CreateDatabaseAsync("migrated", MigrateAsync, CancellationToken);
        var database = DatabaseServices.CreateDataSource(url);
        var account = await new AccountBook(database).CreateAsync("Test", CancellationToken);
        return new(url, database, new("c", account, [Role.Clinician], null));
    }

    public async Task<Guid> EnrolAsync(string number = Number, string country = "CA", string language = "en")
    {
        Assert.True(PhoneNumber.TryParse(number, out var phone));
        var member = await new MemberRoster(Database, Cipher).EnrolAsync(
            clinician, new("M-1", "America/Toronto", phone, country, language, null, "active"), CancellationToken);
        return Assert.IsType<Member>(member).Id;
    }

    public async Task SetOnCallAsync(params string[] numbers) => Assert.True(
        await new OnCallRoster(Database, Cipher).ReplaceAsync(
            clinician,
            new([.. numbers.Select(number => new NewOnCallContact(
                "On call", PhoneNumber.TryParse(number, out var phone) ? phone : throw new FormatException(number)))]),
            CancellationToken));

    public string NextSid() => $"SM{Interlocked.Increment(ref texts):D32}";

    /// <summary>A new text of the number, whose webhook waits for its answer.</summary>
    public Task<InboxResult> TextAsync(string body, string from = Number) => Inbox.ReceiveAsync(
        new(NextSid(), from, body), answered: true, CancellationToken);

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken);
    }

    /// <summary>The first column, as text.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken);
        List<string> rows = [];
        while (await reader.ReadAsync(CancellationToken))
        {
            rows.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture) ?? "");
        }

        return rows;
    }

    public async Task<string> ScalarAsync(string sql) => Assert.Single(await QueryAsync(sql));

    /// <summary>
    /// The tables in whose rows, written out as text and as the characters of their bytes, one of the words is.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindAsync(params string[] words)
    {
        List<string> found = [];
        var tables = await QueryAsync("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'");
        foreach (var table in tables)
        {
            foreach (var word in words)
            {
                var hex = Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(word));
                var rows = await ScalarAsync($"""
                    SELECT count(*) FROM {table} AS r
                    WHERE strpos(r::text, '{word}') > 0 OR strpos(r::text, '{hex}') > 0
                    """);
                if (rows != "0")
                {
                    found.Add($"{table}: {word}");
                }
            }
        }

        return found;
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private static async Task MigrateAsync(string url, CancellationToken cancellationToken)
    {
        await using var empty = NpgsqlDataSource.Create(url);
        await new Migrator(empty).MigrateAsync(cancellationToken);
    }
}
