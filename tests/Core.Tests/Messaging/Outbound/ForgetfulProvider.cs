using System.Collections.Concurrent;
using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>
/// A provider that loses every twentieth answer, half of them before it had the text and half after, and calls nobody back.
/// </summary>
internal sealed class ForgetfulProvider : ITextProvider
{
    private int attempts;

    public string Name => "twilio";

    /// <summary>The provider's ids of all that it delivered, by our ids of the texts.</summary>
    public ConcurrentDictionary<Guid, ConcurrentBag<(string Id, SentKey Key)>> Delivered { get; } = [];

    public int Lost { get; private set; }

    public Task<SendOutcome> SendAsync(OutgoingText text, CancellationToken cancellationToken)
    {
        var attempt = Interlocked.Increment(ref attempts);
        if (attempt % 40 == 10)
        {
            Lost++;
            return Task.FromResult<SendOutcome>(new SendOutcome.Unknown("connection_lost"));
        }

        var id = $"SM{attempt:D32}";
        Delivered.GetOrAdd(text.MessageId, _ => []).Add((id, new(text.To.E164, text.Body)));
        if (attempt % 40 == 30)
        {
            Lost++;
            return Task.FromResult<SendOutcome>(new SendOutcome.Unknown("timeout"));
        }

        return Task.FromResult<SendOutcome>(new SendOutcome.Accepted(id, "accepted"));
    }

    public Task<LookOutcome> LookAsync(SentText text, CancellationToken cancellationToken)
    {
        var found = Delivered.Values.SelectMany(texts => texts).FirstOrDefault(one => text.ProviderId is { } id
            ? one.Id == id
            : one.Key == new SentKey(text.To.E164, text.Body) && !text.OtherProviderIds.Contains(one.Id));
        return Task.FromResult<LookOutcome>(
            found.Id is null ? new LookOutcome.Absent() : new LookOutcome.Found(found.Id, "delivered", null));
    }

    internal readonly record struct SentKey(string To, string Body);
}
