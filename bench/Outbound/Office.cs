using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecoveryOS.Bench.Texts;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core;
using RecoveryOS.Core.Messaging.Outbound;

namespace RecoveryOS.Bench.Outbound;

/// <summary>The product's dispatcher, as a replica has it, and an outbox to empty.</summary>
internal sealed class Office : IAsyncDisposable
{
    private readonly Stage stage;
    private readonly ServiceProvider services;

    public Office(Stage stage, SimulatedTwilio twilio)
    {
        var settings = ServiceSettings.Create(stage.Run, twilio.Url, stage.Postgres.Url(Stage.Database))
            .ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => (string?)pair.Value);
        settings["Twilio:AccountSid"] = SimulatedTwilio.AccountSid;
        settings["Twilio:AuthToken"] = SimulatedTwilio.AuthToken;
        settings["Twilio:MessagingServiceSid"] = SimulatedTwilio.MessagingServiceSid;
        settings["Twilio:ApiBaseUrl"] = twilio.Url;
        this.stage = stage;
        services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddLogging(logging => logging.ClearProviders())
            .AddRecoveryOS()
            .BuildServiceProvider();
    }

    private Dispatcher Dispatcher => services.GetRequiredService<Dispatcher>();

    /// <summary>Members on whose clocks it is about noon: nothing is held.</summary>
    public static async Task EnrolAsync(Stage stage, CancellationToken cancellationToken)
    {
        await TextMembers.FillAsync(stage, cancellationToken);
        var ahead = 12 - TimeProvider.System.GetUtcNow().Hour;
        var zone = ahead == 0 ? "Etc/GMT" : $"Etc/GMT{(ahead > 0 ? "-" : "+")}{Math.Abs(ahead)}";
        await stage.ExecuteAsync($"UPDATE members SET timezone = '{zone}'", cancellationToken);
    }

    /// <summary>Messages to the members in turn.</summary>
    /// <param name="notDue">How many of them wait for another day.</param>
    public Task QueueAsync(int texts, int notDue, CancellationToken cancellationToken) => stage.ExecuteAsync(
        $"""
        INSERT INTO outbox (account_id, member_id, class, template, due_at, phone_ciphertext, phone_key_id, phone_hash)
        SELECT account_id, member.id, 'message', 'please_call',
            CASE WHEN text <= {notDue} THEN now() + interval '1 day' ELSE now() END,
            phone_ciphertext, phone_key_id, phone_hash
        FROM generate_series(1, {texts}) AS text
        JOIN (SELECT *, row_number() OVER () AS number FROM members) AS member
            ON number = 1 + text % {TextMembers.Count}
        """,
        cancellationToken);

    /// <summary>Empties the outbox.</summary>
    /// <returns>Texts a second.</returns>
    public async Task<double> EmptyAsync(int texts, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Dispatcher.RunAsync(cancellationToken);
        return counts == new DispatchCounts(texts, 0, 0, 0, 0)
            ? texts / Stopwatch.GetElapsedTime(started).TotalSeconds
            : throw new InvalidOperationException($"of {texts} texts: {counts}");
    }

    /// <summary>Sends for a while from an outbox that is too large to empty.</summary>
    /// <returns>Texts a second.</returns>
    public async Task<double> SendForAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        limit.CancelAfter(time);
        var counts = await Dispatcher.RunAsync(limit.Token);
        return counts == new DispatchCounts(counts.Accepted, 0, 0, 0, 0)
            ? counts.Accepted / Stopwatch.GetElapsedTime(started).TotalSeconds
            : throw new InvalidOperationException($"{counts}");
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
