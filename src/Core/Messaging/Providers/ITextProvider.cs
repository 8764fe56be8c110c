namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>
/// Somebody who carries texts. What a provider answers is an outcome, never an exception; an exception is a fault of
/// ours.
/// </summary>
public interface ITextProvider
{
    /// <summary>As it is stored: <c>twilio</c> or <c>azure</c>.</summary>
    string Name { get; }

    /// <summary>Hands a text over, once: no repetition inside.</summary>
    Task<SendOutcome> SendAsync(OutgoingText text, CancellationToken cancellationToken);

    /// <summary>
    /// Asks what became of a text: by the provider's id, or without one by our id, the number, the time and the words.
    /// </summary>
    Task<LookOutcome> LookAsync(SentText text, CancellationToken cancellationToken);
}
