namespace RecoveryOS.Core.Identity;

/// <summary>Who may call. The last three are no claims of a token.</summary>
public enum Role
{
    Member,
    Clinician,
    Operator,

    /// <summary>No token needed.</summary>
    Anyone,

    /// <summary>The text provider, known by its signature.</summary>
    Twilio,

    /// <summary>The timer; nobody over HTTP.</summary>
    Schedule,
}
