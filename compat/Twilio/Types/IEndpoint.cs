namespace Twilio.Types;

/// <summary>Where a message or a call can go.</summary>
public interface IEndpoint
{
    string ToString();
}
