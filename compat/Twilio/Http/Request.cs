namespace Twilio.Http;

/// <summary>A request to the API.</summary>
public class Request(HttpMethod method, string url)
{
    public HttpMethod Method { get; } = method;

    public Uri Uri { get; } = new(url);

    public string Username { get; set; }

    public string Password { get; set; }

    public string Region { get; set; }

    public string Edge { get; set; }

    public List<KeyValuePair<string, string>> QueryParams { get; } = [];

    public List<KeyValuePair<string, string>> PostParams { get; } = [];

    public void AddQueryParam(string name, string value) => QueryParams.Add(new(name, value));

    public void AddPostParam(string name, string value) => PostParams.Add(new(name, value));

    public void SetAuth(string username, string password) => (Username, Password) = (username, password);

    /// <summary>The address with its query, at the edge and in the region asked for.</summary>
    public Uri ConstructUrl()
    {
        var builder = new UriBuilder(Uri) { Host = Host() };
        if (QueryParams is not [])
        {
            var query = QueryParams.Select(pair =>
                $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}");
            builder.Query = string.Join('&', query.Prepend(builder.Query.TrimStart('?')).Where(part => part != ""));
        }

        return builder.Uri;
    }

    /// <summary>api.twilio.com, api.region.twilio.com or api.edge.region.twilio.com.</summary>
    private string Host()
    {
        if (Region is null && Edge is null)
            return Uri.Host;

        var product = Uri.Host.Split('.')[0];
        return string.Join('.', new[] { product, Edge, Region ?? "us1", "twilio.com" }.Where(part => part is not null));
    }
}
