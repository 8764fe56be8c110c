using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A provider that sends nothing, and answers each question as it is told to.</summary>
internal sealed class AnsweringProvider(string name, Func<SentText, LookOutcome>? answer = null) : ITextProvider
{
    public string Name => name;

    public System.Collections.Concurrent.ConcurrentQueue<SentText> Asked { get; } = [];

    public Task<SendOutcome> SendAsync(OutgoingText text, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("nothing is to be sent");

    public Task<LookOutcome> LookAsync(SentText text, CancellationToken cancellationToken)
    {
        Asked.Enqueue(text);
        return Task.FromResult((answer ?? throw new InvalidOperationException("nothing is to be asked"))(text));
    }
}
