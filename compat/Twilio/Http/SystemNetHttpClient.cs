using System.Net.Http.Headers;
using System.Text;

namespace Twilio.Http;

/// <summary>Carries requests with the app's own HttpClient, and so with its timeout and handlers.</summary>
public class SystemNetHttpClient(System.Net.Http.HttpClient httpClient = null) : HttpClient
{
    private readonly System.Net.Http.HttpClient _client = httpClient ?? new();

    public override async Task<Response> MakeRequestAsync(Request request)
    {
        using var message = new HttpRequestMessage(new(request.Method.ToString()), request.ConstructUrl());
        message.Headers.Authorization = new("Basic", Credentials(request));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (request.Method.Equals(HttpMethod.Post))
            message.Content = new FormUrlEncodedContent(request.PostParams);

        using var response = await _client.SendAsync(message);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    private static string Credentials(Request request) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{request.Username}:{request.Password}"));
}
