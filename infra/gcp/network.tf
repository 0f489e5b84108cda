# The network, where the services are attached to one: out to one address that stands for Google's APIs, and to what
# `egress` names. In from nowhere: calls reach Cloud Run, never the network.

locals {
  in_network  = var.network == null ? 0 : 1
  network_tag = var.name
}

resource "google_compute_global_address" "apis" {
  count = local.in_network

  project      = var.project
  name         = "${var.name}-apis"
  address_type = "INTERNAL"
  purpose      = "PRIVATE_SERVICE_CONNECT"
  network      = var.network.network
  address      = var.network.psc_address
}

resource "google_compute_global_forwarding_rule" "apis" {
  count = local.in_network

  project = var.project
  # Such a rule has at most 20 letters and digits, and no hyphen.
  name                  = "${substr(replace(var.name, "-", ""), 0, 16)}apis"
  target                = "vpc-sc"
  network               = var.network.network
  ip_address            = google_compute_global_address.apis[0].id
  load_balancing_scheme = ""
}

resource "google_dns_managed_zone" "apis" {
  count = local.in_network

  project     = var.project
  name        = "${var.name}-apis"
  dns_name    = "googleapis.com."
  description = "Google's APIs are at the address of Private Service Connect"
  visibility  = "private"
  labels      = var.labels

  private_visibility_config {
    networks {
      network_url = var.network.network
    }
  }
}

resource "google_dns_record_set" "apis" {
  for_each = local.in_network == 0 ? {} : {
    "googleapis.com."   = { type = "A", data = var.network.psc_address }
    "*.googleapis.com." = { type = "CNAME", data = "googleapis.com." }
  }

  project      = var.project
  managed_zone = google_dns_managed_zone.apis[0].name
  name         = each.key
  type         = each.value.type
  ttl          = 300
  rrdatas      = [each.value.data]
}

resource "google_compute_firewall" "nowhere" {
  for_each = local.in_network == 0 ? {} : { v4 = "0.0.0.0/0", v6 = "::/0" }

  project            = var.project
  name               = "${var.name}-nowhere-${each.key}"
  description        = "The services connect to nothing that no other rule allows"
  network            = var.network.network
  direction          = "EGRESS"
  priority           = 65000
  target_tags        = [local.network_tag]
  destination_ranges = [each.value]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "apis" {
  count = local.in_network

  project            = var.project
  name               = "${var.name}-apis"
  description        = "Google's APIs"
  network            = var.network.network
  direction          = "EGRESS"
  priority           = 1000
  target_tags        = [local.network_tag]
  destination_ranges = ["${var.network.psc_address}/32"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "egress" {
  count = length(var.egress)

  project            = var.project
  name               = "${var.name}-egress-${count.index}"
  description        = "What the input egress allows"
  network            = var.network.network
  direction          = "EGRESS"
  priority           = 1000
  target_tags        = [local.network_tag]
  destination_ranges = var.egress[count.index].ranges

  allow {
    protocol = "tcp"
    ports    = [tostring(var.egress[count.index].port)]
  }
}
