using System.Text.Json;
using Twilio.Base;
using Twilio.Clients;
using Twilio.Exceptions;
using Twilio.Http;
using Twilio.Types;

namespace Twilio.Rest.Api.V2010.Account;

/// <summary>A message, as Twilio keeps it.</summary>
public partial class MessageResource : Resource
{
    private const string Host = "https://api.twilio.com";

    private MessageResource(JsonElement json)
    {
        AccountSid = json.Text("account_sid");
        ApiVersion = json.Text("api_version");
        Body = json.Text("body");
        DateCreated = json.Time("date_created");
        DateSent = json.Time("date_sent");
        DateUpdated = json.Time("date_updated");
        Direction = json.Text("direction");
        ErrorCode = json.Number("error_code");
        ErrorMessage = json.Text("error_message");
        From = json.Text("from") is { } from ? new PhoneNumber(from) : null;
        MessagingServiceSid = json.Text("messaging_service_sid");
        NumMedia = json.Text("num_media");
        NumSegments = json.Text("num_segments");
        Price = json.Text("price");
        PriceUnit = json.Text("price_unit");
        Sid = json.Text("sid");
        Status = json.Text("status");
        To = json.Text("to");
        Uri = json.Text("uri");
    }

    public string AccountSid { get; }

    public string ApiVersion { get; }

    public string Body { get; }

    public DateTime? DateCreated { get; }

    public DateTime? DateSent { get; }

    public DateTime? DateUpdated { get; }

    public DirectionEnum Direction { get; }

    public int? ErrorCode { get; }

    public string ErrorMessage { get; }

    public PhoneNumber From { get; }

    public string MessagingServiceSid { get; }

    public string NumMedia { get; }

    public string NumSegments { get; }

    public string Price { get; }

    public string PriceUnit { get; }

    public string Sid { get; }

    public StatusEnum Status { get; }

    public string To { get; }

    public string Uri { get; }

    /// <summary>Sends a message; repeating it sends another.</summary>
    public static async Task<MessageResource> CreateAsync(CreateMessageOptions options, ITwilioRestClient client = null)
    {
        var request = new Request(Http.HttpMethod.Post, $"{Messages(options.PathAccountSid, client)}.json");
        options.GetParams().ForEach(request.PostParams.Add);
        return FromJson((await client.RequestAsync(request)).Content);
    }

    public static Task<MessageResource> FetchAsync(
        string pathSid, string pathAccountSid = null, ITwilioRestClient client = null) =>
        FetchAsync(new(pathSid) { PathAccountSid = pathAccountSid }, client);

    public static async Task<MessageResource> FetchAsync(FetchMessageOptions options, ITwilioRestClient client = null)
    {
        var url = $"{Messages(options.PathAccountSid, client)}/{System.Uri.EscapeDataString(options.PathSid)}.json";
        return FromJson((await client.RequestAsync(new(Http.HttpMethod.Get, url))).Content);
    }

    /// <summary>The first page; the set fetches the others when it is read.</summary>
    public static async Task<ResourceSet<MessageResource>> ReadAsync(
        ReadMessageOptions options, ITwilioRestClient client = null)
    {
        var request = new Request(Http.HttpMethod.Get, $"{Messages(options.PathAccountSid, client)}.json");
        options.GetParams().ForEach(request.QueryParams.Add);
        return new(
            await PageAsync(request, client),
            options.Limit ?? long.MaxValue,
            next => PageAsync(new(Http.HttpMethod.Get, Host + next), client));
    }

    public static MessageResource FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ApiException(e.Message, e);
        }
    }

    private static async Task<Page<MessageResource>> PageAsync(Request request, ITwilioRestClient client)
    {
        using var document = JsonDocument.Parse((await client.RequestAsync(request)).Content);
        var page = document.RootElement;
        return new(
            [.. page.GetProperty("messages").EnumerateArray().Select(message => new MessageResource(message))],
            page.Text("next_page_uri"));
    }

    private static string Messages(string accountSid, ITwilioRestClient client) =>
        $"{Host}/2010-04-01/Accounts/{accountSid ?? client.AccountSid}/Messages";
}
