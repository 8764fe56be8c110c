using Twilio.Exceptions;
using Twilio.Http;

namespace Twilio.Clients;

/// <summary>Makes requests with an account's credentials; never repeats one.</summary>
public class TwilioRestClient(
    string username, string password, string accountSid = null, string region = null,
    Http.HttpClient httpClient = null, string edge = null) : ITwilioRestClient
{
    public string AccountSid { get; } = accountSid ?? username;

    public string Region { get; } = region;

    public string Edge { get; set; } = edge;

    public Http.HttpClient HttpClient { get; } = httpClient ?? new SystemNetHttpClient();

    /// <summary>Throws ApiConnectionException without an answer, ApiException for an error.</summary>
    public async Task<Response> RequestAsync(Request request)
    {
        request.SetAuth(username, password);
        request.Region = Region ?? request.Region;
        request.Edge = Edge ?? request.Edge;

        var response = await AnswerAsync(request);
        return (int)response.StatusCode is >= 200 and < 400 ? response : throw ApiError.Of(response);
    }

    private async Task<Response> AnswerAsync(Request request)
    {
        try
        {
            return await HttpClient.MakeRequestAsync(request);
        }
        catch (Exception e)
        {
            throw new ApiConnectionException($"Connection Error: {request.Method}{request.ConstructUrl()}", e);
        }
    }
}
