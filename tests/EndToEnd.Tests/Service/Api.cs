using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>The service as one caller sees it.</summary>
internal sealed class Api(HttpClient http, string? token)
{
    public Task<Answer> GetAsync(string path, params IReadOnlyList<(string Name, string Value)> headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(
        string path, JsonNode? body, params IReadOnlyList<(string Name, string Value)> headers) =>
        SendAsync(HttpMethod.Post, path, Json(body), headers);

    public Task<Answer> PutAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, Json(body), []);

    public Task<Answer> PatchAsync(string path, JsonNode body) => SendAsync(HttpMethod.Patch, path, Json(body), []);

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, HttpContent? content, IReadOnlyList<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    /// <summary>A body as it stands, JSON or not.</summary>
    public static HttpContent Raw(string body, string contentType = MediaTypeNames.Application.Json) =>
        Raw(Encoding.UTF8.GetBytes(body), contentType);

    public static HttpContent Raw(byte[] body, string contentType = MediaTypeNames.Application.Json)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    private static HttpContent? Json(JsonNode? body) => body is null ? null : Raw(body.ToJsonString());
}
