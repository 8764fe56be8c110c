using Twilio.TwiML.Messaging;

namespace Twilio.TwiML;

/// <summary>The answer to an incoming message.</summary>
public class MessagingResponse : TwiML
{
    public MessagingResponse()
        : base("Response")
    {
    }

    public new MessagingResponse Append(TwiML childElem)
    {
        base.Append(childElem);
        return this;
    }

    /// <summary>Sends a message; without a number, to the sender of the incoming one.</summary>
    public MessagingResponse Message(
        string body = null, string to = null, string from = null, Uri action = null,
        Http.HttpMethod method = null, Uri statusCallback = null) =>
        Append(new Message(body, to, from, action, method, statusCallback));
}
