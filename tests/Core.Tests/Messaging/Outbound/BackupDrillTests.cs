using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Core.Tests.Messaging.Providers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>The preferred provider is down, in one way or another: crisis texts leave by the backup.</summary>
public sealed class BackupDrillTests(PostgresFixture postgres, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Texts = 20;

    // How often the service's timer runs the reconciler.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(10);

    private ProviderStage? opened;

    private ProviderStage Stage => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await ProviderStage.OpenAsync();

    public ValueTask DisposeAsync() => Stage.DisposeAsync();

    [Fact]
    public async Task Crisis_texts_leave_by_the_backup_within_a_minute_when_nobody_listens()
    {
        await Stage.TwilioServer.StopAsync();

        await DrillAsync(Stage.Twilio);
    }

    [Fact]
    public async Task Crisis_texts_leave_by_the_backup_within_a_minute_when_the_provider_takes_none_and_answers_questions()
    {
        Stage.TwilioServer.Faults = new() { ErrorsBeforeTaking = 1 };

        await DrillAsync(Stage.Twilio);
    }

    [Fact]
    public async Task Crisis_texts_leave_by_the_backup_within_a_minute_when_the_provider_takes_requests_and_answers_none()
    {
        // Connections are made by the operating system; nobody ever reads them.
        using var silence = new TcpListener(IPAddress.Loopback, 0);
        silence.Start();
        var address = string.Create(
            CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)silence.LocalEndpoint).Port}/");

        await DrillAsync(Stage.CreateTwilio(new()
        {
            AccountSid = ProviderStage.AccountSid,
            AuthToken = ProviderStage.Token,
            Numbers = [ProviderStage.OwnNumber],
            ApiBaseUrl = address,
        }));
    }

    /// <summary>
    /// The service's own course, with the timer at its worst; where only time would pass, it is made to.
    /// </summary>
    private async Task DrillAsync(ITextProvider twilio)
    {
        await using var texts = await SentTexts.OpenAsync(postgres, twilio, Stage.Azure);
        await texts.AddAsync(Texts, "queued", "crisis", age: 0);
        await texts.Clinic.ExecuteAsync(
            "UPDATE outbox SET fence = 0, attempts = 0, attempted_at = NULL, provider = NULL");
        Dispatcher dispatcher = new(
            texts.Clinic.Database, TextClinic.Cipher, texts.Router, NullLogger<Dispatcher>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var listening = new BellAnswer(texts.Bell, dispatcher, NullLogger<BellAnswer>.Instance).ListenAsync(stop.Token);
        var (started, passed) = (Stopwatch.GetTimestamp(), Round);

        texts.Bell.Ring();
        while (await CountAsync(texts, "state = 'accepted' AND provider = 'azure'") < Texts)
        {
            var elapsed = Stopwatch.GetElapsedTime(started) + passed;
            Assert.True(
                elapsed < TimeSpan.FromSeconds(60), $"{elapsed}: {string.Join(", ", await texts.StatesAsync())}");
            if (await CountAsync(texts, "state = 'unknown'") is 0
                || await CountAsync(texts, "state = 'sending'") is not 0)
            {
                await Task.Delay(20, CancellationToken);
                continue;
            }

            await texts.Clinic.ExecuteAsync($"""
                UPDATE outbox
                SET attempted_at = attempted_at - interval '{Round}', looked_at = looked_at - interval '{Round}'
                """);
            passed += Round;
            await texts.Reconciler.RunAsync(CancellationToken);
        }

        output.WriteLine($"the last left after {(Stopwatch.GetElapsedTime(started) + passed).TotalSeconds:F1} s");
        await stop.CancelAsync();
        await listening;
        Assert.Equal(Texts, Stage.BackupServer.Count);
        Assert.Equal(0, Stage.TwilioServer.Count);
    }

    private static async Task<int> CountAsync(SentTexts texts, string condition) => int.Parse(
        await texts.Clinic.ScalarAsync($"SELECT count(*) FROM outbox WHERE {condition}"), CultureInfo.InvariantCulture);
}
