using Twilio.Http;

namespace Twilio.Clients;

/// <summary>Makes requests for an account.</summary>
public interface ITwilioRestClient
{
    string AccountSid { get; }

    string Region { get; }

    Http.HttpClient HttpClient { get; }

    Task<Response> RequestAsync(Request request);
}
