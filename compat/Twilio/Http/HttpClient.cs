namespace Twilio.Http;

/// <summary>Carries requests to the API.</summary>
public abstract class HttpClient
{
    protected HttpClient()
    {
    }

    public abstract Task<Response> MakeRequestAsync(Request request);
}
