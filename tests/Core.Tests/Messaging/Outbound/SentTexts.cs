using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A database of a test's own with texts that a provider has, or may have.</summary>
internal sealed class SentTexts : IAsyncDisposable
{
    public const long Fence = 7;

    private readonly Guid member;

    private SentTexts(TextClinic clinic, Guid member, IReadOnlyList<ITextProvider> providers)
    {
        this.member = member;
        Clinic = clinic;
        Router = new(providers, clinic.Database, TimeProvider.System, NullLogger<TextRouter>.Instance);
        Ledger = new(clinic.Database, Router, NullLogger<StatusLedger>.Instance);
        Reconciler = new(clinic.Database, TextClinic.Cipher, Router, Ledger, Bell, NullLogger<Reconciler>.Instance);
    }

    public TextClinic Clinic { get; }

    public TextRouter Router { get; }

    public StatusLedger Ledger { get; }

    public OutboxBell Bell { get; } = new();

    public Reconciler Reconciler { get; }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<SentTexts> OpenAsync(
        PostgresFixture postgres, params IReadOnlyList<ITextProvider> providers)
    {
        var clinic = await TextClinic.OpenAsync(postgres);
        return new(clinic, await clinic.EnrolAsync(), providers);
    }

    /// <summary>Texts of which the latest attempt, <see cref="Fence"/>, was made a while ago.</summary>
    /// <param name="age">Seconds since that attempt.</param>
    public async Task<IReadOnlyList<Guid>> AddAsync(
        int count, string state = "accepted", string textClass = "message", int age = 1, string provider = "twilio")
    {
        await using var command = Clinic.Database.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO outbox (
                account_id, member_id, class, template, phone_ciphertext, phone_key_id, phone_hash,
                state, fence, attempts,
                attempted_at, state_at, created_at, due_at, provider, provider_id)
            SELECT account_id, id, '{textClass}', 'check_in_reminder', phone_ciphertext, phone_key_id, phone_hash,
                '{state}', {Fence}, 1, at, at, at, at, '{provider}',
                CASE WHEN '{state}' IN ('accepted', 'sent') THEN 'SM' || replace(gen_random_uuid()::text, '-', '') END
            FROM members, generate_series(1, {count}), (SELECT now() - interval '{age} seconds' AS at) moment
            WHERE id = '{member}'
            RETURNING id
            """));
        await using var reader = await command.ExecuteReaderAsync(CancellationToken);
        List<Guid> ids = [];
        while (await reader.ReadAsync(CancellationToken))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    public async Task<Guid> AddOneAsync(
        string state = "accepted", string textClass = "message", int age = 1, string provider = "twilio") =>
        Assert.Single(await AddAsync(1, state, textClass, age, provider));

    /// <summary>A callback about a text's attempt. Each attempt has one id of the provider's.</summary>
    public Task<StatusResult> TellAsync(Guid id, string word, string? error = null, long? attempt = Fence) =>
        Ledger.ReceiveAsync(Callback(id, word, error, attempt), CancellationToken);

    public static StatusCallback Callback(Guid id, string word, string? error = null, long? attempt = Fence) =>
        new(id, attempt, "twilio", ProviderId(id, attempt ?? Fence), word, error);

    public static string ProviderId(Guid id, long attempt = Fence) =>
        string.Create(CultureInfo.InvariantCulture, $"SM{attempt}{id:N}");

    /// <summary>The texts' states, each once, with how many texts have it.</summary>
    public Task<IReadOnlyList<string>> StatesAsync() =>
        Clinic.QueryAsync("SELECT state || ' ' || count(*) FROM outbox GROUP BY state ORDER BY state");

    public Task<IReadOnlyList<string>> QueryAsync(Guid id, string columns) =>
        Clinic.QueryAsync($"SELECT {columns} FROM outbox WHERE id = '{id}'");

    /// <summary>A text's history: kind, status and error of each event.</summary>
    public Task<IReadOnlyList<string>> HistoryAsync(Guid id) => Clinic.QueryAsync($"""
        SELECT concat_ws(' ', kind, status, error_code, reason) FROM message_events
        WHERE message_id = '{id}' ORDER BY id
        """);

    public ValueTask DisposeAsync()
    {
        Router.Dispose();
        Bell.Dispose();
        return Clinic.DisposeAsync();
    }
}
