namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>
/// Whether a webhook is about our account and numbers. A signature alone does not say so: one token signs for all of an
/// account's numbers.
/// </summary>
internal sealed class Ownership(string accountSid, string? messagingServiceSid, IReadOnlyList<string> numbers)
{
    private readonly bool anyNumber = string.IsNullOrEmpty(messagingServiceSid) && numbers.Count == 0;

    /// <summary>Why it is not ours, or null when it is.</summary>
    public Refusal? Check(FormFields fields)
    {
        if (fields.Only("AccountSid") != accountSid)
        {
            return Refusal.NotOurAccount;
        }

        return anyNumber || IsOurService(fields) || IsOurNumber(fields) ? null : Refusal.NotOurNumber;
    }

    private bool IsOurService(FormFields fields) =>
        fields.Only("MessagingServiceSid") is { Length: > 0 } service && service == messagingServiceSid;

    // For callbacks without a MessagingServiceSid. A status is about a text that we sent: there From is the number of
    // ours.
    private bool IsOurNumber(FormFields fields) =>
        fields.Only(IsStatus(fields) ? "From" : "To") is { } number && numbers.Contains(number);

    // Texts that come in have an SmsStatus too.
    private static bool IsStatus(FormFields fields) =>
        fields.Contains("MessageStatus") || (fields.Contains("SmsStatus") && !fields.Contains("Body"));
}
