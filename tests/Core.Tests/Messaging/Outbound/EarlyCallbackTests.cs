using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A callback that is faster than the answer to the request: the answer does not undo it.</summary>
public sealed class EarlyCallbackTests(PostgresFixture postgres)
{
    private const string Accepted = "accepted accepted";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("queued", null, "accepted", new[] { "callback queued", Accepted })]
    [InlineData("sent", null, "sent", new[] { "callback sent", Accepted })]
    [InlineData("delivered", null, "delivered", new[] { "callback delivered", Accepted })]
    [InlineData("failed", "30005", "failed", new[] { "callback failed 30005", Accepted })]
    [InlineData(
        "undelivered", "30003", "queued",
        new[] { "callback undelivered 30003", "retry undelivered 30003 undelivered", Accepted })]
    public async Task What_it_says_stays(string word, string? error, string state, string[] history)
    {
        SentTexts? opened = null;
        AnsweringProvider provider = new("twilio", send: async text =>
        {
            await (opened ?? throw new InvalidOperationException("not opened"))
                .TellAsync(text.MessageId, word, error, text.Fence);
            return new SendOutcome.Accepted(SentTexts.ProviderId(text.MessageId, text.Fence), "accepted");
        });
        await using var texts = opened = await SentTexts.OpenAsync(postgres, provider);
        var id = await texts.AddOneAsync("queued", "reply", age: 0);

        await new Dispatcher(texts.Clinic.Database, TextClinic.Cipher, texts.Router, NullLogger<Dispatcher>.Instance)
            .RunAsync(CancellationToken);

        Assert.Equal([state], await texts.QueryAsync(id, "state::text"));
        Assert.Equal(history, await texts.HistoryAsync(id));
    }
}
