using Google.Protobuf;
using TempoCos.Otlp;
using static TempoCos.Otlp.Span.Types;
using static TempoCos.Traces.Generation.Attributes;

namespace TempoCos.Traces.Generation;

/// <summary>A web shop: visitors browse, fill carts and check out; now and then a card is declined.</summary>
internal static class Shop
{
    private static readonly Service Frontend = new("frontend", "4.2.0", "nodejs", "@shop/http", "1.9.1");
    private static readonly Service FrontendView = Frontend with { Scope = "@shop/views", ScopeVersion = "" };
    private static readonly Service Catalog = new("product-catalog", "2.0.1", "go", "go.shop.example/catalog", "0.31.0");
    private static readonly Service Cart = new("cart", "1.7.3", "dotnet", "Shop.Cart", "1.7.3");
    private static readonly Service Checkout = new("checkout", "3.1.4", "go", "go.shop.example/checkout", "0.31.0");
    private static readonly Service Payment = new("payment", "0.9.0-rc.2", "java", "io.shop.payment", "2.11.0");
    private static readonly Service Shipping = new("shipping", "1.0.0", "rust", "shop_shipping", "0.4");
    private static readonly Service Email = new("email", "1.2.0", "ruby", "shop-email", "1.2.0");

    private static readonly string[] Products = ["Kaffeebecher", "плед", "急須", "café filter", "tea ☕ set 🫖", "O'Reilly \"book\"", "naïve mug", "tab\tand\nline"];
    private static readonly string[] Users = ["ada", "grace", "Łukasz", "张伟", "zoë"];

    public static void Build(TraceBuilder trace)
    {
        switch (trace.Random.Next(10))
        {
            case < 3:
                Browse(trace);
                break;
            case < 5:
                AddToCart(trace);
                break;
            default:
                Buy(trace);
                break;
        }
    }

    private static void Browse(TraceBuilder trace)
    {
        OpenRequest(trace, "GET", "/products/{id}", $"/products/{trace.Random.Next(1, 500)}");
        trace.Pass(200, 2_000);
        ReadProducts(trace, Frontend, trace.Random.Next(1, 4));
        Render(trace, "product");
        CloseRequest(trace, 200);
    }

    private static void AddToCart(TraceBuilder trace)
    {
        OpenRequest(trace, "POST", "/cart", "/cart");
        trace.Pass(200, 1_500);
        ReadProducts(trace, Frontend, 1);
        UseCart(trace, Frontend, "AddItem", "HSET");
        Render(trace, "cart");
        CloseRequest(trace, 201);
    }

    private static void Buy(TraceBuilder trace)
    {
        OpenRequest(trace, "POST", "/checkout", "/checkout");
        trace.Pass(500, 3_000);
        var declined = trace.Random.Chance(25);
        OpenCall(trace, Frontend, Checkout, "shop.Checkout", "PlaceOrder");
        UseCart(trace, Checkout, "GetCart", "HGETALL");
        ReadProducts(trace, Checkout, trace.Random.Next(1, 6));
        Charge(trace, declined);
        if (declined)
        {
            trace.Fail("order not placed: payment declined");
            CloseCall(trace, 9);
            CloseRequest(trace, 402);
            return;
        }

        Ship(trace);
        var message = Publish(trace);
        CloseCall(trace, 0);
        Render(trace, "thank-you");
        CloseRequest(trace, 200);
        SendMail(trace, message);
    }

    private static void OpenRequest(TraceBuilder trace, string method, string route, string path)
    {
        var random = trace.Random;
        var span = trace.Open(Frontend, $"{method} {route}", SpanKind.Server);
        span.TraceState = random.Chance(50) ? $"shop=v{random.Next(1, 9)},other=t61rcWkgMzE" : "";
        span.Attributes
            .Set("http.request.method", method)
            .Set("http.route", route)
            .Set("url.path", path)
            .Set("url.scheme", "https")
            .Set("server.address", "shop.example")
            .Set("server.port", 443)
            .Set("client.address", $"198.51.100.{random.Next(1, 255)}")
            .Set("user.name", random.Pick(Users))
            .Set("user.vip", random.Chance(20))
            .Set("session.weight", random.NextDouble() * 1e6)
            .Set("session.serial", unchecked((long)random.NextUInt64()))
            .Set("session.note", "");
        if (trace.Index > 0 && random.Chance(40))
        {
            var link = new Link { TraceId = trace.TraceIdOf(trace.Index - 1), SpanId = trace.SpanIdOf(trace.Index - 1, 0), TraceState = "shop=previous" };
            link.Attributes.Set("link.reason", "previous visit").Set("link.age_ms", random.Next(1_000_000));
            span.Links.Add(link);
        }
    }

    private static void CloseRequest(TraceBuilder trace, int status)
    {
        trace.Pass(50, 500);
        var span = trace.CurrentAttributes().Set("http.response.status_code", status);
        if (status >= 400)
        {
            span.Set("error.type", "payment_declined");
            trace.Fail($"HTTP {status}");
        }

        trace.Close();
    }

    private static void Render(TraceBuilder trace, string view)
    {
        var span = trace.Open(FrontendView, $"render {view}", SpanKind.Internal);
        span.Attributes
            .Set("view.name", view)
            .Set("view.experiments", Array("new-header", "größere-Bilder"))
            .Set("view.timings", Array(trace.Random.NextDouble(), 0.5, -1.25e-9))
            .Set("view.flags", Array(true, false, trace.Random.Chance(50)))
            .Set("view.cells", Array(3L, -7L, long.MaxValue, long.MinValue))
            .Set("view.empty", Array(Enumerable.Empty<string>()));
        trace.Pass(300, 4_000);
        trace.Event("first byte").Attributes.Set("bytes", trace.Random.Next(400, 90_000)).Set("cached", trace.Random.Chance(50));
        trace.Pass(100, 1_000);
        trace.Close();
    }

    private static void ReadProducts(TraceBuilder trace, Service caller, int queries)
    {
        OpenCall(trace, caller, Catalog, "shop.Catalog", "GetProduct");
        trace.CurrentAttributes().Set("product.names", Array(Enumerable.Range(0, queries).Select(_ => trace.Random.Pick(Products)).ToArray()));
        for (var i = 0; i < queries; i++)
        {
            var span = trace.Open(Catalog, "SELECT shop.products", SpanKind.Client);
            span.Attributes
                .Set("db.system.name", "postgresql")
                .Set("db.query.text", "SELECT id, name, price FROM products WHERE id = $1")
                .Set("db.response.rows", trace.Random.Next(0, 40))
                .Set("server.address", "db.shop.internal");
            trace.Pass(400, 9_000);
            trace.Close();
        }

        CloseCall(trace, 0);
    }

    private static void UseCart(TraceBuilder trace, Service caller, string method, string command)
    {
        OpenCall(trace, caller, Cart, "shop.Cart", method);
        trace.CurrentAttributes()
            .Set("cart.items", trace.Random.Next(1, 12))
            .Set("cart.total", trace.Random.Next(100, 90_000) / 100.0)
            .Set("cart.content", Map(
                Pair("currency", Text("EUR")),
                Pair("first", Map(Pair("name", Text(trace.Random.Pick(Products))), Pair("quantity", new AnyValue { IntValue = trace.Random.Next(1, 9) }))),
                Pair("gift", new AnyValue { BoolValue = trace.Random.Chance(10) })));
        var span = trace.Open(Cart, $"{command} cart", SpanKind.Client);
        span.Attributes.Set("db.system.name", "redis").Set("db.operation.name", command).Set("cache.key", trace.Random.Bytes(12));
        trace.Pass(90, 900);
        trace.Close();
        CloseCall(trace, 0);
    }

    private static void Charge(TraceBuilder trace, bool declined)
    {
        OpenCall(trace, Checkout, Payment, "shop.Payment", "Charge");
        trace.CurrentAttributes()
            .Set("payment.amount", trace.Random.Next(100, 90_000) / 100.0)
            .Set("payment.token", trace.Random.Bytes(16))
            .Set("payment.attempts", Array([Text("card"), new AnyValue { IntValue = 2 }, new AnyValue { BoolValue = declined }]));
        trace.Pass(2_000, 30_000);
        trace.Event("authorised").Attributes.Set("provider", "bank-of-tests").Set("risk", trace.Random.NextDouble());
        if (declined)
        {
            trace.Event("exception").Attributes
                .Set("exception.type", "io.shop.payment.CardDeclined")
                .Set("exception.message", "insufficient funds — Kontostand zu niedrig")
                .Set("exception.stacktrace", string.Concat(Enumerable.Range(1, 12).Select(line => $"\tat io.shop.payment.Bank.call(Bank.java:{line * 7})\n")))
                .Set("exception.escaped", true);
            trace.Fail("card declined: insufficient funds");
        }
        else
        {
            trace.Succeed();
        }

        CloseCall(trace, declined ? 9 : 0);
    }

    private static void Ship(TraceBuilder trace)
    {
        var client = trace.Open(Checkout, "POST", SpanKind.Client);
        // The older semantic conventions are Tempo's static columns.
        client.Attributes.Set("http.method", "POST").Set("http.url", "http://shipping:8080/quote").Set("http.status_code", 200);
        trace.Pass(100, 600);
        var server = trace.Open(Shipping, "POST /quote", SpanKind.Server);
        server.Attributes
            .Set("http.method", "POST")
            .Set("http.url", "/quote")
            .Set("http.status_code", 200)
            .Set("shipping.weight_kg", trace.Random.Next(1, 400) / 10.0)
            .Set("shipping.country", trace.Random.Pick("DE", "PL", "日本", "BR"));
        trace.Pass(500, 6_000);
        trace.Close();
        trace.Pass(100, 600);
        trace.Close();
    }

    private static Span Publish(TraceBuilder trace)
    {
        var span = trace.Open(Checkout, "orders publish", SpanKind.Producer);
        span.Attributes.Set("messaging.system", "kafka").Set("messaging.destination.name", "orders").Set("messaging.kafka.offset", trace.Random.Next(1, 1_000_000));
        trace.Pass(100, 2_000);
        trace.Close();
        return span;
    }

    private static void SendMail(TraceBuilder trace, Span message)
    {
        trace.Pass(5_000, 40_000);
        var span = trace.Open(Email, "orders process", SpanKind.Consumer, message.SpanId);
        var link = new Link { TraceId = message.TraceId, SpanId = message.SpanId };
        link.Attributes.Set("messaging.batch", 1).Set("messaging.redelivered", false);
        span.Links.Add(link);
        span.Attributes.Set("messaging.system", "kafka").Set("messaging.destination.name", "orders").Set("mail.to", $"{trace.Random.Pick(Users)}@shop.example");
        trace.Pass(1_000, 9_000);
        trace.Event("mail queued");
        trace.Pass(10, 100);
        trace.Event("mail sent").Attributes.Set("smtp.code", 250);
        trace.Succeed();
        trace.Close();
    }

    /// <summary>A client span of the caller with the server span of the callee in it; the callee's stays open.</summary>
    private static void OpenCall(TraceBuilder trace, Service caller, Service callee, string service, string method)
    {
        var client = trace.Open(caller, $"{service}/{method}", SpanKind.Client);
        client.Attributes.Set("rpc.system", "grpc").Set("rpc.service", service).Set("rpc.method", method).Set("server.address", callee.Name);
        trace.Pass(80, 800);
        var server = trace.Open(callee, $"{service}/{method}", SpanKind.Server);
        server.Attributes.Set("rpc.system", "grpc").Set("rpc.service", service).Set("rpc.method", method);
        trace.Pass(80, 800);
    }

    private static void CloseCall(TraceBuilder trace, int code)
    {
        trace.Pass(50, 400);
        trace.CurrentAttributes().Set("rpc.grpc.status_code", code);
        trace.Close();
        trace.Pass(50, 400);
        trace.CurrentAttributes().Set("rpc.grpc.status_code", code);
        trace.Close();
    }
}
