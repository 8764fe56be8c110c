namespace Twilio.Base;

/// <summary>A page of a list; Next is the path of the following one, or null.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Records, string Next)
    where T : Resource;
