using System.Xml.Linq;

namespace Twilio.TwiML.Messaging;

/// <summary>A message in an answer.</summary>
public class Message : TwiML
{
    public Message(
        string body = null, string to = null, string from = null, Uri action = null,
        Http.HttpMethod method = null, Uri statusCallback = null)
        : base("Message") =>
        (BodyAttribute, To, From, Action, Method, StatusCallback) = (body, to, from, action, method, statusCallback);

    public string BodyAttribute { get; set; }

    public string To { get; set; }

    public string From { get; set; }

    public Uri Action { get; set; }

    public Http.HttpMethod Method { get; set; }

    public Uri StatusCallback { get; set; }

    protected override string GetElementBody() => BodyAttribute ?? "";

    protected override List<XAttribute> GetElementAttributes() =>
    [
        .. from attribute in new (string Name, object Value)[]
           {
               ("to", To),
               ("from", From),
               ("action", Action?.AbsoluteUri),
               ("method", Method),
               ("statusCallback", StatusCallback?.AbsoluteUri),
           }
           where attribute.Value is not null
           select new XAttribute(attribute.Name, attribute.Value.ToString()),
    ];
}
