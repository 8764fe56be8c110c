using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A clinic whose outbox is emptied through providers of this process.</summary>
internal sealed class TextOffice : IAsyncDisposable
{
    /// <summary>The advisory locks of this database.</summary>
    public const string Locks = "(SELECT pg_locks.* FROM pg_locks JOIN pg_database AS d ON d.oid = database "
        + "WHERE locktype = 'advisory' AND datname = current_database()) AS locks";

    private readonly TextRouter router;

    private TextOffice(TextClinic clinic, RecordingProvider[] providers)
    {
        (Clinic, Providers) = (clinic, providers);
        router = new(providers, clinic.Database, TimeProvider.System, NullLogger<TextRouter>.Instance);
        Dispatcher = NewDispatcher();
    }

    public TextClinic Clinic { get; }

    public RecordingProvider[] Providers { get; }

    public RecordingProvider Provider => Providers[0];

    public Dispatcher Dispatcher { get; }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<TextOffice> OpenAsync(PostgresFixture postgres, params string[] providers) => new(
        await TextClinic.OpenAsync(postgres),
        [.. (providers is [] ? ["twilio"] : providers).Select(name => new RecordingProvider(name))]);

    public Dispatcher NewDispatcher(ILogger<Dispatcher>? logger = null) =>
        new(Clinic.Database, TextClinic.Cipher, router, logger ?? NullLogger<Dispatcher>.Instance);

    public Task<DispatchCounts> RunAsync() => Dispatcher.RunAsync(CancellationToken);

    public static string Number(int member) => $"+1555{member:D7}";

    /// <summary>Members 0 to count − 1, awake wherever the test runs, in one go.</summary>
    public async Task EnrolAsync(int count, string? timezone = null)
    {
        var account = Guid.Parse(await Clinic.ScalarAsync("SELECT id FROM accounts"));
        var phones = Enumerable.Range(0, count).Select(member => TextClinic.Cipher.Seal(account, Phone(member)))
            .ToArray();
        await using var command = Clinic.Database.CreateCommand("""
            INSERT INTO members (
                account_id, display_code, timezone, phone_ciphertext, phone_key_id, phone_hash, country, language)
            SELECT $1, 'M-' || number, $2, ciphertext, 'k1', hash, 'CA', 'en'
            FROM unnest($3, $4) WITH ORDINALITY AS phone (ciphertext, hash, number)
            ORDER BY number
            """)
            .With(account).With(timezone ?? Daytime())
            .With(phones.Select(phone => phone.Ciphertext).ToArray())
                .With(phones.Select(phone => phone.Hash).ToArray());
        await command.ExecuteNonQueryAsync(CancellationToken);
    }

    /// <summary>A text to each member, in the order in which they were enrolled.</summary>
    public Task QueueAsync(
        TextClass textClass = TextClass.Reply, string template = "please_call") => Clinic.ExecuteAsync($"""
        INSERT INTO outbox (
            account_id, member_id, class, template, phone_ciphertext, phone_key_id, phone_hash)
        SELECT account_id, id, '{textClass.ToString().ToLowerInvariant()}', '{template}',
            phone_ciphertext, phone_key_id, phone_hash
        FROM members ORDER BY id
        """);

    /// <summary>A reply to one member.</summary>
    public async Task QueueAsync(int member)
    {
        await using var command = Clinic.Database.CreateCommand("""
            INSERT INTO outbox (account_id, member_id, class, template, phone_ciphertext, phone_key_id, phone_hash)
            SELECT account_id, id, 'reply', 'please_call', phone_ciphertext, phone_key_id, phone_hash
            FROM members WHERE phone_hash = $1
            """).With(TextClinic.Cipher.Hash(Number(member)));
        await command.ExecuteNonQueryAsync(CancellationToken);
    }

    public async Task<int> LocksAsync(string condition = "true") =>
        int.Parse(await Clinic.ScalarAsync($"SELECT count(*) FROM {Locks} WHERE {condition}"), null);

    public Task<IReadOnlyList<string>> StatesAsync() => Clinic.QueryAsync("SELECT state FROM outbox ORDER BY id");

    public Task<string> StateAsync() => Clinic.ScalarAsync("SELECT state FROM outbox");

    public Task<IReadOnlyList<string>> EventsAsync() => Clinic.QueryAsync("""
        SELECT concat_ws(' ', kind, provider, status, error_code, reason) FROM message_events ORDER BY id
        """);

    public ValueTask DisposeAsync()
    {
        router.Dispose();
        return Clinic.DisposeAsync();
    }

    private static PhoneNumber Phone(int member) =>
        PhoneNumber.TryParse(Number(member), out var phone) ? phone : throw new FormatException(Number(member));

    /// <summary>
    /// A zone in which it is about noon. The signs of these names are the wrong way round, by convention.
    /// </summary>
    private static string Daytime() => (12 - TimeProvider.System.GetUtcNow().Hour) switch
    {
        0 => "Etc/GMT",
        > 0 and var ahead => $"Etc/GMT-{ahead}",
        var behind => $"Etc/GMT+{-behind}",
    };
}
