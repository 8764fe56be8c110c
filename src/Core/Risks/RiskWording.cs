namespace RecoveryOS.Core.Risks;

/// <summary>
/// The words beside a score: they thank and offer, never shame or diagnose, and name no substance, so that they are
/// safe on a stranger's lock screen.
/// </summary>
public static class RiskWording
{
    /// <param name="band">Null while there is no score.</param>
    public static string Reflection(string? band, Locale locale) => (band, locale.Language) switch
    {
        (null, "fr") => "Merci d'avoir pris ce moment. Encore quelques nouvelles, et une tendance pourra se voir.",
        (null, "es") => "Gracias por tomarse este momento. Con unas respuestas más podrá verse una tendencia.",
        (null, _) => "Thank you for taking this moment. A few more check-ins will let a pattern show.",
        (RiskBand.Low, "fr") => "Merci pour ces nouvelles. Ce qui vous aide en ce moment semble tenir.",
        (RiskBand.Low, "es") => "Gracias por contarnos. Lo que le ayuda ahora parece sostenerle.",
        (RiskBand.Low, _) => "Thank you for checking in. What helps you at the moment seems to hold.",
        (RiskBand.Elevated, "fr") => "Merci pour ces nouvelles. Certaines choses pèsent un peu plus aujourd'hui.",
        (RiskBand.Elevated, "es") => "Gracias por contarnos. Algunas cosas pesan un poco más hoy.",
        (RiskBand.Elevated, _) => "Thank you for checking in. Some things weigh a little more today.",
        (RiskBand.Moderate, "fr") =>
            "Merci d'avoir écrit. Plusieurs choses pèsent; en parler avec quelqu'un peut aider.",
        (RiskBand.Moderate, "es") => "Gracias por escribir. Varias cosas pesan; hablar con alguien puede ayudar.",
        (RiskBand.Moderate, _) =>
            "Thank you for checking in. Several things weigh on you; talking to someone can help.",
        (_, "fr") => "Merci d'avoir écrit. C'est beaucoup à porter, et vous n'avez pas à le porter seul.",
        (_, "es") => "Gracias por escribir. Es mucho lo que lleva, y no tiene que llevarlo a solas.",
        _ => "Thank you for telling us. That is a lot to carry, and you do not have to carry it alone.",
    };

    /// <summary>
    /// The crisis line of the member's country in the high band; that this is no diagnosis in the others.
    /// </summary>
    public static string Footer(string? band, Locale locale) => (band, locale.Language) switch
    {
        (RiskBand.High, "fr") => "Si vous avez besoin de quelqu'un maintenant: " + CrisisLine.For(locale),
        (RiskBand.High, "es") => "Si necesita a alguien ahora: " + CrisisLine.For(locale),
        (RiskBand.High, _) => "If you need someone right now: " + CrisisLine.For(locale),
        (_, "fr") => "information de soutien, pas un diagnostic",
        (_, "es") => "información de apoyo, no un diagnóstico",
        _ => "supportive information, not a diagnosis",
    };
}
